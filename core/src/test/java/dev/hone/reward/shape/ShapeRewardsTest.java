package dev.hone.reward.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.ExactReward;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.testkit.RewardContract;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors without another origin are those of open-r1's and TRL's reward functions, as far as we follow them. */
class ShapeRewardsTest {
    @ParameterizedTest
    @CsvSource({
        "'<think>a</think>\n<answer>4</answer>', 0, 1",
        "'<think>\na\n</think>\n4', 0, 1",
        "' <think>\na\n</think>\n4', 0, 0",
        "'<think><think></think>', 0, 0",
        "'<think>\na\n</think>\n<answer>\n4\n</answer>', 1, 1",
        "'<think>\na\n</think>\n<answer>\n4\n</answer>\n \n', 1, 1",
        "'<think>\na\n</think>\n<answer>\n4\n</answer>\nmore', 0, 1",
        "'<think>\n\n</think>\n<answer>\n\n</answer>', 1, 1",
        "'<think>\n</think>\n<answer>\n4\n</answer>', 0, 1",
        "'<think>\na\n</think>\n<answer>\n</answer>', 0, 1",
        "'<think>a', 0, 0",
        "'', 0, 0",
    })
    void aFormIsKeptStrictlyOrLoosely(String text, double strict, double loose) {
        assertThat(score(new FormatReward(ReasoningFormat.STRICT), text)).isEqualTo(strict);
        assertThat(score(new FormatReward(ReasoningFormat.LOOSE), text)).isEqualTo(loose);
    }

    @ParameterizedTest
    @CsvSource({
        "'<think>\na\n</think>\n<answer>\n4\n</answer>', 1",
        "'<think>\na\n</think>\n4', 0.5",
        "'<think>\n<think>\na\n</think>\n<answer>\n4\n</answer>', 0.75",
        "'<think>a</think><answer>4</answer>', 0",
        "'', 0",
    })
    void eachTagThatStandsOnceIsAQuarter(String text, double expected) {
        assertThat(score(new TagCountReward(), text)).isEqualTo(expected);
    }

    /** The last one counts; without one the answer was never reached. */
    @ParameterizedTest
    @CsvSource({
        "'<think>3</think>\n4', 1, 0",
        "'<think>4', 0, 0",
        "'4', 0, 0",
        "'<think>3</think>3</think>4', 1, 0",
        "'<think>4</think>3', 0, 0",
        "'<think>a</think> So <answer> 4 </answer>.', 0, 1",
        "'<answer>3</answer><answer>4</answer>', 0, 1",
        "'</answer>4<answer>', 0, 0",
    })
    void onlyTheAnswerIsScored(String text, double afterThink, double inTag) {
        Reward exact = new ExactReward("answer");
        assertThat(score(new AnswerPartReward(AnswerPart.AFTER_THINK, exact), text))
                .isEqualTo(afterThink);
        assertThat(score(new AnswerPartReward(AnswerPart.ANSWER_TAG, exact), text))
                .isEqualTo(inTag);
    }

    /** With 100 tokens at most and a margin of 20: 0 up to 80, −1 from 100 on, a line between. */
    @ParameterizedTest
    @CsvSource({"0, 0", "80, 0", "90, -0.5", "95, -0.75", "100, -1", "500, -1"})
    void whatComesNearTheLongestIsPunishedSoftly(int length, double expected) {
        assertThat(new OverlongReward(100, 20).score(task(), ofLength(length, "4")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"4, 0, 1", "4, 50, 0.75", "4, 100, 0.5", "4, 900, 0.5", "5, 0, -1", "5, 50, -0.75", "5, 100, -0.5"})
    void aRightAnswerIsWorthMoreWhenShortAndAWrongOneWhenLong(String text, int length, double expected) {
        Reward cosine = new CosineReward(100, new ExactReward("answer"));
        assertThat(cosine.score(task(), ofLength(length, text))).isCloseTo(expected, within(1e-12));
    }

    @Test
    void whatIsNotJudgedHasNoWorthByItsLength() {
        Reward cosine = new CosineReward(100, (task, completion) -> Double.NaN);
        assertThat(cosine.score(task(), ofLength(50, "4"))).isNaN();
    }

    /** [1 2] [2 3] [3 4] are three of three; [5 5] is one of four: −(1 − 1/4). */
    @Test
    void repeatedNGramsOfTokensCost() {
        assertThat(repetition(2, 1, 2, 3, 4)).isZero();
        assertThat(repetition(2, 5, 5, 5, 5, 5)).isEqualTo(-0.75);
        assertThat(repetition(3, 1, 2, 3, 1, 2, 3)).isEqualTo(-0.25);
        assertThat(repetition(3, 5, 5)).isZero();
        assertThat(repetition(3)).isZero();
        assertThatThrownBy(() -> new RepetitionReward(0)).hasMessage("n-grams (0) must have at least one token");
    }

    private static double repetition(int n, int... ids) {
        return new RepetitionReward(n)
                .score(task(), new Completion(ids, new float[ids.length], "", StopReason.END_OF_TEXT));
    }

    @Test
    void megabytesTakeNoTime() {
        String tags = "<think>\n" + "\n</think>\n<answer>\n".repeat(100_000);
        long start = System.nanoTime();
        assertThat(score(new FormatReward(ReasoningFormat.STRICT), tags)).isZero();
        assertThat(score(new FormatReward(ReasoningFormat.LOOSE), tags)).isEqualTo(1);
        assertThat(score(new TagCountReward(), tags)).isEqualTo(0.25);
        assertThat(score(new AnswerPartReward(AnswerPart.ANSWER_TAG, new ExactReward("answer")), tags))
                .isZero();
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }

    @Test
    void aTemplateThatOpensTheReasoningIsFound() {
        assertThat(OpenedReward.openingOf(null)).isEmpty();
        assertThat(OpenedReward.openingOf(ChatTemplate.builtIn("chatml"))).isEmpty();
        ChatTemplate thinking = ChatTemplate.of(
                "thinking", "{{ messages[0].content }}{% if add_generation_prompt %}A: <think>\n{% endif %}", Map.of());
        assertThat(OpenedReward.openingOf(thinking)).isEqualTo("<think>\n");
    }

    private static double score(Reward reward, String text) {
        return reward.score(task(), RewardContract.completion(text));
    }

    private static Completion ofLength(int length, String text) {
        int[] ids = new int[length];
        Arrays.setAll(ids, i -> i);
        return new Completion(ids, new float[length], text, StopReason.END_OF_TEXT);
    }

    private static Task task() {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.put("answer", "4");
        return new Task(0, List.of(Message.user("2 + 2?")), columns);
    }

    @Nested
    class OfFormat extends RewardContract {
        @Override
        protected Reward open() {
            return new FormatReward(ReasoningFormat.LOOSE);
        }

        @Override
        protected Task task() {
            return ShapeRewardsTest.task();
        }

        @Override
        protected List<String> completions() {
            return List.of("<think>a</think>4", "4");
        }
    }

    @Nested
    class OfAnswerPart extends RewardContract {
        @Override
        protected Reward open() {
            return new AnswerPartReward(AnswerPart.AFTER_THINK, new ExactReward("answer"));
        }

        @Override
        protected Task task() {
            return ShapeRewardsTest.task();
        }

        @Override
        protected List<String> completions() {
            return List.of("<think>a</think>4", "4", "<think>a</think>5");
        }
    }

    @Nested
    class OfCosine extends RewardContract {
        @Override
        protected Reward open() {
            return new CosineReward(10, new ExactReward("answer"));
        }

        @Override
        protected Task task() {
            return ShapeRewardsTest.task();
        }

        @Override
        protected List<String> completions() {
            return List.of("4", "5");
        }
    }
}
