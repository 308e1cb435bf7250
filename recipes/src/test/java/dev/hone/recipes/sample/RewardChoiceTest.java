package dev.hone.recipes.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.rollout.ExactReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardChoiceTest {
    @ParameterizedTest
    @ValueSource(strings = {"exakt", "pattern", "model", "exact:answer", "", ":"})
    void anUnknownNameListsAllThereAre(String name) {
        assertThatThrownBy(() -> RewardChoice.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("(" + name + ") must be exact, contains, numeric, em, f1, chrf, rouge-l, json, schema,"
                        + " schema:FILE, pattern:REGEX, model:FOLDER or command:LINE");
    }

    @Test
    void whatStandsBehindTheColonIsTheArgument() {
        try (Reward exact = RewardChoice.of("exact").open("result");
                Reward pattern = RewardChoice.of("pattern:a:b").open("result")) {
            assertThat(exact).isEqualTo(new ExactReward("result"));
            assertThat(((PatternReward) pattern).pattern().pattern()).isEqualTo("a:b");
        }
    }

    @Test
    void aPatternThatIsNoneIsFoundAtOnce() {
        assertThatThrownBy(() -> RewardChoice.of("pattern:(")).hasMessageStartingWith("pattern: Unclosed group");
    }
}
