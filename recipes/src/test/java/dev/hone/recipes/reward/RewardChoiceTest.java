package dev.hone.recipes.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.rollout.ExactReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardChoiceTest {
    @ParameterizedTest
    @ValueSource(strings = {"exakt", "pattern", "model", "exact:answer", "", ":"})
    void anUnknownNameListsAllThereAre(String name) {
        assertThatThrownBy(() -> RewardChoice.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("(" + name + ") must be exact, contains, numeric, em, f1, chrf, rouge-l, refusal,"
                        + " refusal:true|false, tone:STYLE, language, language:CODE, form:FILE, json, schema, schema:FILE,"
                        + " pattern:REGEX, model:FOLDER, judge:FOLDER|FILE or command:LINE");
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

    @Test
    void anArgumentThatIsNoneIsFoundBeforeAnythingIsOpened() {
        assertThatThrownBy(() -> RewardChoice.of("tone:존댓말"))
                .hasMessage("tone (존댓말) must be 합니다체, 해요체, 해체, 한다체 (or formal, polite, casual, plain)");
        assertThatThrownBy(() -> RewardChoice.of("language:korean"))
                .hasMessage("language (korean) must be ko, en, ja, zh");
        assertThatThrownBy(() -> RewardChoice.of("refusal:yes"))
                .hasMessage("refusal (yes) must be true or false for all prompts");
    }

    @Test
    void sharesAndOverlapsAreGraded() {
        assertThat(RewardChoice.of("chrf").isGraded()).isTrue();
        assertThat(RewardChoice.of("tone:해요체").isGraded()).isTrue();
        assertThat(RewardChoice.of("exact").isGraded()).isFalse();
        assertThat(RewardChoice.of("refusal").isGraded()).isFalse();
    }

    @Test
    void thePageOfRewardsHasThemAll() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "rewards.md"));
        List<String> names = RewardChoice.names();
        assertThat(names).contains("exact", "chrf", "command");
        for (String name : names) {
            assertThat(page).containsPattern("\\| .*`" + name + "[`:]");
        }
    }
}
