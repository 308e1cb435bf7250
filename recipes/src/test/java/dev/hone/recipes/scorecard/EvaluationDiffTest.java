package dev.hone.recipes.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.config.ConfigurationException;
import dev.hone.recipes.evaluate.CaseLog;
import dev.hone.recipes.evaluate.CaseResult;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationDiffTest {
    @TempDir
    private Path folder;

    /** Of ten, rows 0 to 5 became right and row 9 wrong: 2 · (1 + 7) / 2⁷ = 0.125. */
    @Test
    void casesThatChangedAreCountedOnBothSides() {
        judged("a", "sums", row -> row >= 7);
        judged("b", "sums", row -> row < 6 || row == 7 || row == 8);
        EvaluationDiff.TaskDiff sums = diff().tasks().get(0);
        assertThat(sums.gained()).extracting(pair -> pair.after().row()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(sums.lost()).extracting(pair -> pair.after().row()).containsExactly(9);
        assertThat(sums.line())
                .isEqualTo("sums: 6 gained, 1 lost of 10 (+50.0 points; p = 0.125, may be chance, McNemar)");
        assertThat(sums.json().at("/gained/0/before").asText()).isEqualTo("wrong");
        assertThat(sums.json().at("/gained/0/after").asText()).isEqualTo("right");
    }

    /** Each task alone may be chance; six gained and none lost over both are not. */
    @Test
    void allTasksAreTestedTogetherToo() {
        judged("a", "one", row -> row >= 3);
        judged("b", "one", row -> true);
        judged("a", "two", row -> row >= 3);
        judged("b", "two", row -> true);
        assertThat(diff().tasks().get(0).line()).contains("p = 0.250, may be chance");
        assertThat(diff().overall()).isEqualTo("over all: 6 gained, 0 lost of 20 (+30.0 points; p = 0.031, McNemar)");
    }

    @Test
    void lossesAreComparedPairByPair() {
        log(
                "a",
                "text",
                IntStream.range(0, 20).mapToObj(row -> result(row, null, row)).toList());
        log(
                "b",
                "text",
                IntStream.range(0, 20)
                        .mapToObj(row -> result(row, null, row + 0.5))
                        .toList());
        EvaluationDiff.TaskDiff text = diff().tasks().get(0);
        assertThat(text.isJudged()).isFalse();
        assertThat(text.line())
                .startsWith("text: mean +0.5000 (95 %: +0.5000 to +0.5000; p < 0.001, paired bootstrap) of 20");
    }

    @Test
    void whatIsNotInBothIsSaid() {
        judged("a", "sums", row -> true);
        judged("a", "old", row -> true);
        log("b", "sums", List.of(result(0, true, 1), result(12, true, 1)));
        assertThat(diff().onlyOnce()).containsExactly("old");
        assertThat(diff().tasks().get(0).line())
                .endsWith("0 lost of 1 (+0.0 points; p = 1.000, may be chance, McNemar); 10 cases are not in both");
        assertThatThrownBy(() -> EvaluationDiff.of(folder.resolve("a"), folder.resolve("c")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder.resolve("c") + ": holds no evaluated cases");
    }

    private EvaluationDiff diff() {
        return EvaluationDiff.of(folder.resolve("a"), folder.resolve("b"));
    }

    private void judged(String side, String task, IntPredicate right) {
        log(
                side,
                task,
                IntStream.range(0, 10)
                        .mapToObj(row -> result(row, right.test(row), right.test(row) ? 1 : 0))
                        .toList());
    }

    private void log(String side, String task, List<CaseResult> results) {
        CaseLog.begin(folder.resolve(side).resolve("cases").resolve(task + ".jsonl"))
                .add(results);
    }

    private static CaseResult result(int row, @Nullable Boolean right, double score) {
        String answer = right == null ? "" : right ? "right" : "wrong";
        return new CaseResult(
                row,
                "t.jsonl:" + (row + 1),
                "prompt " + row,
                "right",
                answer,
                right,
                score,
                1,
                JsonNodeFactory.instance.objectNode());
    }
}
