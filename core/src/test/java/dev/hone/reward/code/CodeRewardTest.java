package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.generate.Completion;
import dev.hone.reward.Task;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeRewardTest {
    private static final String SUMS =
            "{'tests': [{'input': '1 2', 'output': '3'}, {'input': '2 2', 'output': '4'}, {'input': '5 5', 'output': '10'}]}";

    private static Sandbox sandbox;
    private static CodeReward reward;

    @BeforeAll
    static void open() {
        sandbox = Sandboxes.open();
        reward = new CodeReward(sandbox, null, false, Duration.ofSeconds(2));
    }

    @AfterAll
    static void close() {
        if (reward != null) {
            reward.close();
        }
    }

    private static Completion block(String code) {
        return Sandboxes.completion(Sandboxes.block("python", code));
    }

    @Test
    void aProgramIsRightWhereItPrintsWhatIsExpectedOfEachInput() {
        Task task = Sandboxes.task(SUMS);
        assertThat(reward.score(task, block("print(sum(map(int, input().split())))")))
                .isOne();
        assertThat(reward.score(task, block("a, b = map(int, input().split())\nprint(a * b)")))
                .isZero();
    }

    /** a · b is a + b of 2 and 2 alone: one of three. */
    @Test
    void theGradedScoreIsTheShareOfTestsThatPass() {
        try (CodeReward graded = new CodeReward(sandbox, Language.PYTHON, true, Duration.ofSeconds(2))) {
            assertThat(graded.score(Sandboxes.task(SUMS), block("a, b = map(int, input().split())\nprint(a * b)")))
                    .isEqualTo(1 / 3.0);
            Task statements = Sandboxes.task("{'test_list': ['assert f(1) == 1', 'assert f(2) == 4']}");
            assertThat(graded.score(statements, block("def f(x):\n    return x")))
                    .isEqualTo(0.5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'print(1)\nprint(2)', 1",
        "'print(\"  1 \")\nprint(\"2\\n\")', 1",
        "'print(1, 2)', 0",
        "'print(1)', 0",
        "'print(1)\nprint(2)\nprint(3)', 0",
        "'print(1)\nprint()\nprint(2)', 0",
        "'print(1)\nprint(2)\nexit(1)', 0",
    })
    void outputIsComparedLineByLine(String code, double score) {
        Task task = Sandboxes.task("{'tests': [{'input': '', 'output': '1\\n2\\n'}]}".replace('\'', '"'));
        assertThat(reward.score(task, block(code))).isEqualTo(score);
    }

    @Test
    void verificationInfoMayBeText() {
        Task task = Sandboxes.task("{'verification_info': '{\\'language\\': \\'python\\', \\'test_cases\\':"
                + " [{\\'input\\': \\'\\', \\'output\\': \\'1\\', \\'type\\': \\'stdin_stdout\\'}]}'}");
        assertThat(reward.score(task, block("print(1)"))).isOne();
    }

    @Test
    void theLastBlockOfTheLanguageCounts() {
        Task task = Sandboxes.task("{'tests': [{'input': '', 'output': '1'}]}");
        String two = Sandboxes.block("python", "print(2)") + Sandboxes.block("py", "print(1)");
        assertThat(reward.score(task, Sandboxes.completion(two + Sandboxes.block("text", "1"))))
                .isOne();
        assertThat(reward.score(task, Sandboxes.completion(Sandboxes.block("", "print(1)"))))
                .isOne();
        assertThat(reward.score(task, Sandboxes.completion("print(1)"))).isZero();
        assertThat(reward.score(task, Sandboxes.completion("```python\nprint(1)")))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    return double(x) + 1\n",
                "    return double(x) + 1\n\nprint(f(3)",
                "    return double(x) + 1\n\ndef g(x)",
                "```python\ndef f(x):\n    return double(x) + 1\n```",
                "<think>```python\ndef f(x):\n    return 0\n```</think>\n```python\ndef f(x):\n    y = double(x)\n    return y + 1\n```",
                "```python\n    return double(x) + 1\n```"
            })
    void aReplyContinuesThePromptOrIsTheWholeFunction(String reply) {
        Task task =
                Sandboxes.task("{'prompt': 'def double(x):\\n    return 2 * x\\n\\ndef f(x):\\n', 'entry_point': 'f',"
                        + " 'test': 'def check(candidate):\\n    assert candidate(3) == 7\\n'}");
        assertThat(reward.judge(task, Sandboxes.completion(reply)).why()).isEmpty();
    }

    /** Arguments that are changed in place, objects, errors, iterators, types and large numbers pass between the two processes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = [3, 1]; order(x); assert x == [1, 3]",
                "p = Point(1, 2); p.x = 5; assert p.x + p.y == 7 and p.sum() == 7",
                "assert Point(1, 2) == Point(1, 2) or Point(1, 2) != Point(1, 2)",
                "import contextlib\ntry:\n    fails()\nexcept KeyError:\n    pass\nelse:\n    assert False",
                "assert list(numbers()) == [0, 1, 2]",
                "assert kind(3, int) and not kind(3, str)",
                "assert large() == 7 ** 9999",
                "assert same((1, [2.5, {3}], {'a': None, (1, 2): b'x'}, 1j, True)) == (1, [2.5, {3}], {'a': None, (1, 2): b'x'}, 1j, True)",
                "assert type(same((1,))) is tuple and type(same(True)) is bool and type(same(1.0)) is float",
                "assert math.isclose(LIMIT, 2.5)"
            })
    void whatTestsHandOverComesBackAsItIs(String test) {
        String code =
                "import math\nLIMIT = 2.5\ndef order(x):\n    x.sort()\nclass Point:\n    def __init__(self, x, y):\n"
                        + "        self.x, self.y = x, y\n    def sum(self):\n        return self.x + self.y\n"
                        + "def fails():\n    raise KeyError('no')\ndef numbers():\n    yield from range(3)\n"
                        + "def kind(x, t):\n    return isinstance(x, t)\ndef large():\n    return 7 ** 9999\ndef same(x):\n    return x\n";
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.putArray("test_list").add(test);
        assertThat(reward.judge(Sandboxes.task(row), block(code)).why()).isEmpty();
    }

    @Test
    void severalCompletionsAreScoredInTheirOrder() {
        List<Completion> completions = Stream.of(3, 4, 3, 5, 3, 6)
                .map(number -> block("print(" + number + ")"))
                .toList();
        assertThat(reward.scores(Sandboxes.task("{'tests': [{'input': '', 'output': '3'}]}"), completions))
                .containsExactly(1.0, 0.0, 1.0, 0.0, 1.0, 0.0);
    }

    /** The order of a set of texts differs between Python's runs unless its seed is fixed. */
    @Test
    void aProgramThatDependsOnTheOrderOfASetHasOneScore() {
        Task task = Sandboxes.task("{'tests': [{'input': '', 'output': 'c'}]}");
        Completion completion = block("print(list({'a', 'b', 'c', 'd', 'e'})[0])");
        double first = reward.score(task, completion);
        for (int i = 0; i < 5; i++) {
            assertThat(reward.score(task, completion)).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt': 'x'} | column tests, test_list, verification_info, or test with entry_point is missing",
                "{'tests': [{'input': '1'}]} | column tests has a case without input and output",
                "{'verification_info': {'language': 'python', 'test_cases': []}} | column verification_info.test_cases has no case",
                "{'verification_info': {'language': 'cobol', 'test_cases': []}} | code language (cobol) must be python or java",
                "{'verification_info': 'x'} | column verification_info is no JSON",
                "{'entry_point': 'f'} | column tests is missing",
                "{'test_list': 'assert f(1)'} | column test_list must be a list of texts",
                "{'test_list': ['assert f(']} | the tests are no Python"
            })
    void rowsThatCannotBeJudgedAreRefused(String row, String message) {
        assertThatThrownBy(() -> reward.score(Sandboxes.task(row), block("def f(x):\n    return x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aRowOfAnotherLanguageIsRefused() {
        try (CodeReward java = new CodeReward(sandbox, Language.JAVA, false, Duration.ofSeconds(2))) {
            assertThatThrownBy(() -> java.score(
                            Sandboxes.task("{'language': 'python', 'tests': [{'input': '', 'output': ''}]}"),
                            block("pass")))
                    .hasMessage("column language says python, and the reward is code:java; name it code alone");
        }
    }
}
