package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.text.Message;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardTest {
    @ParameterizedTest
    @CsvSource({"It is A  Fox., 1", "a fox, 1", "a fo x, 0", "'', 0"})
    void containsWantsTheAnswerSomewhereInWhateverCase(String completion, double expected) {
        assertThat(new ContainsReward("answer").score(task("a fox"), reply(completion)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"' a  fox\n', 1", "'A fox', 0", "'a fox.', 0"})
    void exactlyTheAnswerIsRight(String completion, double expected) {
        assertThat(new ExactReward("answer").score(task("a fox"), reply(completion)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'so 3 + 4 = 7', 1",
        "'7.0', 1",
        "'-7', 0",
        "'7 or 8', 0",
        "none, 0",
    })
    void theLastNumberCounts(String completion, double expected) {
        assertThat(new NumericReward("answer").score(task("#### 7"), reply(completion)))
                .isEqualTo(expected);
        assertThat(new NumericReward("answer").score(task("1,234"), reply("it is 1234")))
                .isEqualTo(1);
    }

    @Test
    void jsonIsComparedAsAValue() {
        JsonReward reward = new JsonReward("answer");
        Task task = task("{\"a\": 1, \"b\": [2]}");
        assertThat(reward.score(task, reply("{\"b\":[2],\"a\":1}"))).isEqualTo(1);
        assertThat(reward.score(task, reply("{\"a\": 2}"))).isEqualTo(0.1);
        assertThat(reward.score(task, reply("{\"a\": 1"))).isZero();
        assertThat(reward.score(task, reply("{} and more"))).isZero();
    }

    @Test
    void aPatternIsSearchedFor() {
        PatternReward reward = new PatternReward(Pattern.compile("<answer>\\d+</answer>"));
        assertThat(reward.score(task(""), reply("so <answer>12</answer>"))).isEqualTo(1);
        assertThat(reward.score(task(""), reply("12"))).isZero();
    }

    @Test
    void aTaskWithoutAnAnswerIsNamed() {
        Task bare = new Task(0, List.of(Message.user("?")), JsonNodeFactory.instance.objectNode());
        assertThatThrownBy(() -> new ExactReward("answer").score(bare, reply("")))
                .hasMessageContaining("column answer is missing");
        assertThatThrownBy(() -> new NumericReward("answer").score(task("none"), reply("1")))
                .hasMessageContaining("column answer (none) has no number");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anotherProgramMayScore() {
        String program =
                "while read line; do case \"$line\" in *fox*) echo '{\"score\": 0.5}';; *) echo '{\"score\": 0}';;"
                        + " esac; done";
        try (Reward reward = new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(20))) {
            assertThat(reward.score(task("x"), reply("a fox"))).isEqualTo(0.5);
            assertThat(reward.score(task("x"), reply("a hen\nand a goose"))).isZero();
        }
    }

    /** The log-probabilities −1 and −0.5 sum to −1.5; a column of the row's own stays as it is. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProgramHearsHowACompletionEnded() {
        String program = "while read line; do case \"$line\" in"
                + " '{\"answer\":\"x\",\"completion\":\"a\",\"logprob\":-1.5,\"reason\":\"length\"}') echo '{\"score\": 1}';;"
                + " '{\"answer\":\"x\",\"reason\":\"own\",\"completion\":\"a\",\"logprob\":-1.5}') echo '{\"score\": 2}';;"
                + " *) echo '{\"score\": 0}';; esac; done";
        Completion cut = new Completion(new int[] {7, 8}, new float[] {-1, -0.5f}, "a", StopReason.LENGTH);
        Task own = task("x");
        own.columns().put("reason", "own");
        try (Reward reward = new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(20))) {
            assertThat(reward.score(task("x"), cut)).isEqualTo(1);
            assertThat(reward.score(own, cut)).isEqualTo(2);
        }
    }

    /** A reward of how a completion ended, which its text does not tell. */
    @Test
    void aRewardMayReadMoreThanTheText() {
        Reward finished = (task, completion) -> completion.reason() == StopReason.END_OF_TEXT ? 1 : 0;
        Completion cut = new Completion(new int[0], new float[0], "a", StopReason.LENGTH);
        assertThat(finished.scores(task("x"), List.of(reply("a"), cut))).containsExactly(1.0, 0.0);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProgramThatFailsIsAnErrorAndNoScore() {
        assertFails("echo nonsense; cat > /dev/null", "answered (nonsense)");
        assertFails("exit 0", "ended without an answer");
        assertFails("sleep 20", "did not answer within 1 s");
        assertThatThrownBy(() -> new CommandReward(List.of("/no/such/program"), Duration.ofSeconds(1)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("cannot be started");
    }

    private static void assertFails(String program, String message) {
        try (Reward reward = new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> reward.score(task("x"), reply("y")))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining(message);
        }
    }

    static Completion reply(String text) {
        return new Completion(new int[0], new float[0], text, StopReason.END_OF_TEXT);
    }

    static Task task(String answer) {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.put("answer", answer);
        return new Task(0, List.of(Message.user("?")), columns);
    }

    static Task task(String answer, String another) {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.putArray("answer").add(answer).add(another);
        return new Task(0, List.of(Message.user("?")), columns);
    }
}
