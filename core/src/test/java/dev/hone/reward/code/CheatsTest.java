package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.reward.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Solutions that try to pass tests without doing what is asked, by HumanEval's form of tests and by MBPP's. */
class CheatsTest {
    private static CodeReward reward;

    @BeforeAll
    static void open() {
        reward = new CodeReward(Sandboxes.open(), null, false, Duration.ofSeconds(1));
    }

    @AfterAll
    static void close() {
        if (reward != null) {
            reward.close();
        }
    }

    static List<Attempt> cheats() {
        return Attempt.in("cheats.txt");
    }

    @ParameterizedTest
    @MethodSource("cheats")
    void noneIsRightByACheckOfTheFunction(Attempt attempt) {
        assertThat(score(checked(), attempt.code())).isZero();
    }

    @ParameterizedTest
    @MethodSource("cheats")
    void noneIsRightByAnyStatement(Attempt attempt) {
        assertThat(score(stated(), attempt.code())).isZero();
    }

    @Test
    void theHonestFunctionIsRight() {
        String honest = "def twice(x):\n    return 2 * x";
        assertThat(score(checked(), honest)).isOne();
        assertThat(score(stated(), honest)).isOne();
    }

    private static double score(Task task, String code) {
        return reward.score(task, Sandboxes.completion(Sandboxes.block("python", code)));
    }

    private static Task checked() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("prompt", "def twice(x):\n    \"\"\"Twice the number.\"\"\"\n").put("entry_point", "twice");
        row.put(
                "test",
                "import math\n\ndef check(candidate):\n"
                        + "    assert candidate(21) == 42\n    assert candidate(17) == 34 or abs(candidate(17) - 34) < 0.5\n"
                        + "    assert math.isclose(candidate(19), 38)\n");
        return Sandboxes.task(row);
    }

    private static Task stated() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.putArray("test_list")
                .add("candidate = twice; assert candidate(21) == 42")
                .add("import math; assert math.isclose(twice(19), 38)")
                .add("assert abs(twice(17) - 34) < 0.5");
        return Sandboxes.task(row);
    }
}
