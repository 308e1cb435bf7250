package dev.hone.recipes.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.Flattened;
import dev.hone.config.Settings;
import dev.hone.reward.WeightedRewards;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardTermsTest {
    @TempDir
    private Path folder;

    /** Settings that have rewards among them. */
    public record Learning(String method, @Flattened RewardTerms judged) {}

    private RewardTerms read(String rewards) throws Exception {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, "method: grpo\n" + rewards + "\n");
        return Settings.read(file).bind(Learning.class).value().judged();
    }

    @Test
    void oneRewardMayStandAlone() throws Exception {
        RewardTerms expected = RewardTerms.of("numeric", "answer");
        assertThat(read("rewards: numeric")).isEqualTo(expected);
        assertThat(read("rewards: [numeric]")).isEqualTo(expected);
        assertThat(read("rewards: {kind: numeric}")).isEqualTo(expected);
        assertThat(read("rewards: [{kind: numeric, weight: 1.0}]")).isEqualTo(expected);
        assertThat(read("").isEmpty()).isTrue();
    }

    @Test
    void severalHaveWeightsAndNames() throws Exception {
        RewardTerms terms = read("rewards: [{kind: exact, answer: result}, {kind: \"format:strict\", weight: 0.2},"
                + " {kind: contains, weight: 0, name: watched}]");
        assertThat(terms.rewards().stream().map(RewardTerm::title)).containsExactly("exact", "format", "watched");
        try (WeightedRewards rewards = terms.open("")) {
            assertThat(rewards.rewards().stream().map(WeightedRewards.Weighted::weight))
                    .containsExactly(1.0, 0.2, 0.0);
        }
    }

    @Test
    void whatCannotBeMeantIsRefusedAtItsLine() {
        assertRefused(
                "rewards: [exact, {kind: exact, answer: b}]",
                "rewards name exact twice; give one of them another name");
        assertRefused("rewards: {kind: exact, weight: 0}", "rewards all have the weight 0");
        assertRefused("rewards: maths2", "(maths2) must be exact, contains, ");
        assertRefused("rewards: [{kind: exact, weight: .nan}]", "weight");
        assertRefused("rewards: [{kind: exact, name: a/b}]", "rewards[0].name (a/b) must be letters, digits");
        assertRefused("reward: exact", "reward is not a setting; did you mean rewards?");
    }

    private void assertRefused(String rewards, String message) {
        assertThatThrownBy(() -> read(rewards))
                .hasMessageContaining("run.yaml:2: ")
                .hasMessageContaining(message);
    }

    @Test
    void aTermIsWrittenAsShortAsItWasRead() {
        assertThat(RewardTerm.of("numeric").asScalar()).isEqualTo("numeric");
        assertThat(new RewardTerm(RewardChoice.of("numeric"), 0.5, "answer", null).asScalar())
                .isNull();
        assertThat(List.of(RewardTerm.of("overlong:100/20").title())).containsExactly("overlong");
    }
}
