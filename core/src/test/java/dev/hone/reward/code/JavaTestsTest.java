package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.reward.Task;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JavaTestsTest {
    private static CodeReward reward;

    @BeforeAll
    static void open() {
        reward = new CodeReward(Sandboxes.open(), null, false, Duration.ofSeconds(3));
    }

    @AfterAll
    static void close() {
        if (reward != null) {
            reward.close();
        }
    }

    static List<Attempt> cheats() {
        return Attempt.in("java-cheats.txt");
    }

    /** Each right and each broken body as a reply that continues the prompt, as a method in a block, or as a whole class in one, by turns. */
    @Test
    void ofTwentySolutionsOfHumanEvalJavaAllPassAndOfTwentyBrokenOnesNone() throws IOException {
        Map<String, ObjectNode> rows = new HashMap<>();
        for (String line : Files.readAllLines(Reference.path("code/humaneval_java.jsonl"))) {
            ObjectNode row = (ObjectNode) new ObjectMapper().readTree(line);
            rows.put(row.path("name").asText(), row);
        }
        List<Attempt> solutions = Attempt.in("java-solutions.txt");
        assertThat(solutions).hasSize(20);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ObjectNode row = rows.get(solutions.get(i).name());
            String[] bodies = solutions.get(i).code().split("(?m)^---\n");
            for (int broken = 0; broken < 2; broken++) {
                String reply = reply(row.path("prompt").asText(), bodies[broken], i % 3);
                Judgement judged = reward.judge(Sandboxes.task(row), Sandboxes.completion(reply));
                boolean asItShould =
                        broken == 0 ? judged.isRight() : judged.why().endsWith("AssertionError");
                if (!asItShould) {
                    wrong.add(solutions.get(i).name() + (broken == 0 ? " right: " : " broken: ") + judged);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String reply(String prompt, String body, int form) {
        String head = prompt.strip().substring(prompt.strip().lastIndexOf('\n') + 1);
        String method = head + "\n" + body + "    }\n";
        return switch (form) {
            case 0 -> body;
            case 1 -> Sandboxes.block("java", method);
            default -> Sandboxes.block("java", "import java.util.*;\n\nclass Problem {\n" + method + "}");
        };
    }

    @ParameterizedTest
    @MethodSource("cheats")
    void noCheatIsRight(Attempt attempt) {
        assertThat(reward.score(task(), Sandboxes.completion(Sandboxes.block("java", attempt.code()))))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "        return 2 * x;\n",
                "        return 2 * x;\n    }\n\n    void more() {\n",
                "```java\npublic static long twice(long x) {\n    return 2 * x;\n}\n```",
                "```java\nclass Problem {\n    public static long twice(long x) {\n        return 2 * x;\n    }\n}\n```",
                "```java\npublic class Problem {\n    record Two(long x) {}\n    public static long twice(long x) {\n"
                        + "        return 2 * new Two(x).x();\n    }\n    public static void main(String[] a) {}\n}\n```"
            })
    void anHonestReplyIsRightInEveryForm(String reply) {
        assertThat(reward.judge(task(), Sandboxes.completion(reply)).why()).isEmpty();
    }

    @Test
    void aJavaProgramReadsItsInput() {
        Task task = Sandboxes.task(
                "{'language': 'java', 'tests': [{'input': '3 4', 'output': '7'}, {'input': '1 1', 'output': '2'}]}");
        String sum =
                "import java.util.Scanner;\n\npublic class Sum {\n    public static void main(String[] arguments) {\n"
                        + "        Scanner in = new Scanner(System.in);\n        System.out.println(in.nextInt() + in.nextInt());\n    }\n}";
        assertThat(reward.score(task, Sandboxes.completion(Sandboxes.block("java", sum))))
                .isOne();
        assertThat(reward.score(task, Sandboxes.completion(Sandboxes.block("java", sum.replace(" + ", " - ")))))
                .isZero();
    }

    @Test
    void rowsWithoutTestsAreRefused() {
        assertThatThrownBy(() -> reward.score(
                        Sandboxes.task("{'language': 'java', 'prompt': 'class Problem { '}"), Sandboxes.completion("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column tests is missing");
    }

    private static Task task() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("language", "java");
        row.put(
                "prompt",
                "import java.util.*;\nclass Problem {\n    // Twice the number.\n    public static long twice(long x) {\n");
        row.put(
                "test",
                "    }\n    public static void main(String[] args) {\n    assert(twice(4l) == 8l);\n"
                        + "    assert(Long.compare(twice(7l), 14l) == 0);\n    }\n}\n");
        return Sandboxes.task(row);
    }
}
