package dev.hone.recipes.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.config.ConfigurationException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.ExactReward;
import dev.hone.reward.PatternReward;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.reward.shape.AnswerPart;
import dev.hone.reward.shape.AnswerPartReward;
import dev.hone.reward.shape.CosineReward;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewardChoiceTest {
    @ParameterizedTest
    @ValueSource(strings = {"exakt", "pattern", "model", "exact:answer", "", ":"})
    void anUnknownNameListsAllThereAre(String name) {
        assertThatThrownBy(() -> RewardChoice.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("(" + name + ") must be exact, contains, numeric, maths, em, f1, chrf, rouge-l, refusal,"
                        + " refusal:true|false, tone:STYLE, language, language:CODE, form:FILE, json, schema, schema:FILE,"
                        + " pattern:REGEX, code, code:python|java, code-share, code-share:python|java, model:FOLDER, judge:FOLDER|FILE, format, format:strict, tag-count, after-think:REWARD,"
                        + " answer-tag:REWARD, overlong:MOST/MARGIN, cosine:MOST/REWARD, repetition, repetition:N, class:NAME or"
                        + " command:LINE");
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
    void programsAreRunOnlyWhereTheEnvironmentSaysSo() {
        CodePermission.require("code", "1");
        for (String value : new String[] {null, "", "0", "true"}) {
            assertThatThrownBy(() -> CodePermission.require("code", value))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("HONE_RUN_CODE=1");
        }
        assertThatThrownBy(() -> RewardChoice.of("code:perl"))
                .hasMessage("code language (perl) must be python or java");
    }

    @Test
    void sharesAndOverlapsAreGraded() {
        assertThat(RewardChoice.of("chrf").isGraded()).isTrue();
        assertThat(RewardChoice.of("tone:해요체").isGraded()).isTrue();
        assertThat(RewardChoice.of("exact").isGraded()).isFalse();
        assertThat(RewardChoice.of("refusal").isGraded()).isFalse();
    }

    @Test
    void aRewardMayStandAroundAnother() {
        try (Reward answer = RewardChoice.of("after-think:answer-tag:exact").open("result");
                Reward cosine = RewardChoice.of("cosine:512/pattern:a/b").open("result")) {
            assertThat(answer)
                    .isEqualTo(new AnswerPartReward(
                            AnswerPart.AFTER_THINK,
                            new AnswerPartReward(AnswerPart.ANSWER_TAG, new ExactReward("result"))));
            assertThat(((PatternReward) ((CosineReward) cosine).reward())
                            .pattern()
                            .pattern())
                    .isEqualTo("a/b");
        }
        assertThat(RewardChoice.of("after-think:chrf").isGraded()).isTrue();
        assertThat(RewardChoice.of("after-think:exact").isGraded()).isFalse();
        assertThatThrownBy(() -> RewardChoice.of("after-think:exakt"))
                .hasMessageStartingWith("(exakt) must be exact, ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "format:loose; format (loose) must be strict, or format alone",
                "overlong:100; overlong (100) must be MOST/MARGIN in whole numbers of tokens",
                "overlong:20/100; margin (100) must be from 1 to the longest completion (20)",
                "cosine:exact; cosine (exact) must be MOST/REWARD, as in cosine:512/numeric",
                "cosine:0/exact; cosine (0/exact) must have a positive number of tokens before the slash",
                "repetition:three; repetition (three) must be N in whole numbers of tokens",
                "repetition:0; n-grams (0) must have at least one token",
            })
    void numbersThatAreNoneAreRefused(String name, String message) {
        assertThatThrownBy(() -> RewardChoice.of(name)).hasMessage(message);
    }

    /** A template that writes {@code <think>} itself leaves completions without it. */
    @Test
    void aFormIsJudgedWithWhatTheTemplateHasOpened() {
        Completion completion = new Completion(new int[0], new float[0], "a</think>4", StopReason.END_OF_TEXT);
        Task task = new Task(0, List.of(Message.user("?")), JsonNodeFactory.instance.objectNode());
        assertThat(RewardChoice.of("format").open("answer").score(task, completion))
                .isZero();
        assertThat(RewardChoice.of("format").open("answer", "<think>\n").score(task, completion))
                .isEqualTo(1);
        assertThat(RewardChoice.of("exact").open("answer", "<think>\n")).isEqualTo(new ExactReward("answer"));
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
