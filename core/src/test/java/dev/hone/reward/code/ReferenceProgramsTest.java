package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The solutions that come with HumanEval and MBPP, judged by their own tests. */
class ReferenceProgramsTest {
    private static CodeReward reward;

    @BeforeAll
    static void open() {
        reward = new CodeReward(Sandboxes.open(), null, false, CodeReward.TIME);
    }

    @AfterAll
    static void close() {
        if (reward != null) {
            reward.close();
        }
    }

    @Test
    void allCanonicalSolutionsOfHumanEvalPass() throws IOException {
        assertThat(wrong(
                        "code/humaneval.jsonl",
                        row -> row.path("canonical_solution").asText()))
                .isEmpty();
    }

    /** Task 367 too, whose set-up needs a class of the solution: it is run behind it. */
    @Test
    void allSolutionsOfMbppPass() throws IOException {
        assertThat(wrong(
                        "code/mbpp.jsonl",
                        row -> Sandboxes.block("python", row.path("code").asText())))
                .isEmpty();
    }

    /** A body that does nothing returns None, which is never right. */
    @Test
    void noEmptyBodyPasses() throws IOException {
        List<ObjectNode> rows = rows("code/humaneval.jsonl");
        assertThat(wrong("code/humaneval.jsonl", row -> "    pass\n")).hasSize(rows.size());
    }

    private static Map<String, String> wrong(String file, Function<ObjectNode, String> reply) throws IOException {
        List<ObjectNode> rows = rows(file);
        Map<String, Judgement> judged = IntStream.range(0, rows.size())
                .parallel()
                .boxed()
                .collect(Collectors.toMap(
                        row -> rows.get(row).path("task_id").asText(),
                        row -> reward.judge(
                                Sandboxes.task(rows.get(row)), Sandboxes.completion(reply.apply(rows.get(row))))));
        return judged.entrySet().stream()
                .filter(one -> !one.getValue().isRight())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, one -> one.getValue().why()));
    }

    private static List<ObjectNode> rows(String file) throws IOException {
        List<ObjectNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Reference.path(file))) {
            rows.add((ObjectNode) new ObjectMapper().readTree(line));
        }
        return rows;
    }
}
