package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private final Claims claims = new Claims(World.of(1));
    private final List<Exercise> train = claims.all(Split.TRAIN).limit(400).toList();

    @Test
    void aClaimFollowsFromItsNumberAlone() {
        assertThat(new Claims(World.of(1)).at(Split.TRAIN, 345)).isEqualTo(train.get(345));
    }

    /** {@code I think 85 + 92 = 176.} is answered by {@code 85 + 92 = 177. No, that is wrong.} */
    @Test
    void aRightClaimIsAgreedWithAndAWrongOneContradictedWithTheResult() {
        assertThat(train).allSatisfy(claim -> {
            String[] verdict = claim.answer().split("\\. ", 2);
            String result = verdict[0].split(" = ")[1];
            boolean right = claim.kind().equals("right");
            assertThat(claim.prompt()).contains(verdict[0].split(" = ")[0]);
            assertThat(List.of(claim.prompt().split("\\D+")).contains(result)
                            || !right) // a wrong claim never names the result, unless as one of the numbers
                    .as(claim.prompt())
                    .isTrue();
            assertThat(verdict[1]).matches(right ? "Yes, .*|네, .*" : "No, .*|아니요, .*");
            assertThat(claim.answer().equals(claim.columns().get("agree"))).isEqualTo(right);
        });
    }

    @Test
    void halfOfTheClaimsAreWrongInEachLanguage() {
        for (Language language : Language.values()) {
            assertThat(train.stream().filter(c -> c.language() == language && c.kind().equals("wrong")))
                    .hasSize(100);
        }
    }

    @Test
    void thePairOfAWrongClaimPrefersContradictionToAgreement() {
        Preferences.Preference pair = claims.pair(Split.TRAIN, 1);
        assertThat(pair.chosen()).isEqualTo(train.get(1).answer());
        assertThat(pair.rejected()).isEqualTo(train.get(1).columns().get("agree"));
        assertThat(claims.pair(Split.TRAIN, 0).rejected()).endsWith("No, that is wrong.");
    }

    @Test
    void splitsShareNoWordingOfTheClaim() {
        Set<String> asked = new HashSet<>();
        train.forEach(claim -> asked.add(claim.prompt().replaceAll("\\d+", "0")));
        assertThat(claims.all(Split.HELD_OUT).limit(200))
                .noneMatch(claim -> asked.contains(claim.prompt().replaceAll("\\d+", "0")));
    }
}
