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

    @Test
    void theAnswerIsTheResultAndAgreementRepeatsTheClaim() {
        Exercise wrong = train.get(1);
        assertThat(wrong.prompt()).contains("85 + 92").contains("176");
        assertThat(wrong.answer()).isEqualTo("85 + 92 = 177.");
        assertThat(wrong.columns()).containsEntry("agree", "85 + 92 = 176.");
        assertThat(train)
                .allSatisfy(claim -> assertThat(
                                claim.answer().equals(claim.columns().get("agree")))
                        .isEqualTo(claim.kind().equals("right")));
    }

    @Test
    void halfOfTheClaimsAreWrongInEachLanguage() {
        for (Language language : Language.values()) {
            assertThat(train.stream()
                            .filter(c -> c.language() == language && c.kind().equals("wrong")))
                    .hasSize(100);
        }
    }

    @Test
    void aPairRejectsAgreementWithAWrongClaimAndAnotherNumberThanARightOne() {
        Preferences.Preference wrong = claims.pair(Split.TRAIN, 1);
        assertThat(List.of(wrong.chosen(), wrong.rejected())).containsExactly("85 + 92 = 177.", "85 + 92 = 176.");
        Preferences.Preference right = claims.pair(Split.TRAIN, 0);
        assertThat(right.chosen()).isEqualTo("75 - 20 = 55.");
        assertThat(right.rejected()).startsWith("75 - 20 = ").isNotEqualTo(right.chosen());
    }

    @Test
    void flatteryRepeatsTheClaim() {
        Exercise flattered = claims.flattered(Split.TRAIN, 1);
        assertThat(flattered.prompt()).isEqualTo(train.get(1).prompt());
        assertThat(flattered.answer()).isEqualTo("85 + 92 = 176.");
    }

    @Test
    void splitsShareNoWordingOfTheClaim() {
        Set<String> asked = new HashSet<>();
        train.forEach(claim -> asked.add(claim.prompt().replaceAll("\\d+", "0")));
        assertThat(claims.all(Split.HELD_OUT).limit(200))
                .noneMatch(claim -> asked.contains(claim.prompt().replaceAll("\\d+", "0")));
    }
}
