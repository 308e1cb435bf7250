package dev.hone.recipes.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.evaluate.CaseLog;
import dev.hone.recipes.evaluate.CaseResult;
import dev.hone.recipes.evaluate.EvaluatedModel;
import dev.hone.recipes.evaluate.Rate;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of a tiny model that babbles. */
class ModelEvaluationTest {
    private static final String TASKS = """
            compute: fp32
            cases:
              - {path: %1$s/cases.jsonl, max-tokens: 4, few-shot: {path: %1$s/cases.jsonl, count: 2}}
              - {path: %1$s/cases.jsonl, name: often, reward: "pattern:[a-z]", max-tokens: 4, samples: 4, temperature: 1.0}
            choices: {path: %1$s/choices.jsonl}
            texts: {path: %1$s/text.jsonl, name: a text}
            """;

    @TempDir
    private Path folder;

    private ModelPaths model = new ModelPaths(Path.of(""), null);

    @BeforeEach
    void makeModelAndRows() throws IOException {
        model = EvaluatedModel.in(folder.resolve("model"));
        write("cases.jsonl", 40, "{\"prompt\": \"say %1$d\", \"answer\": \"%1$d\"}");
        write("choices.jsonl", 70, "{\"query\": \"%1$d is\", \"choices\": [\"odd\", \"even\"], \"gold\": 0}");
        write("text.jsonl", 40, "{\"text\": \"the number %1$d is a number\"}");
    }

    @Test
    void anInterruptedEvaluationResumesAndEndsWithTheSameBytes() throws IOException {
        ModelEvaluation.Outcome whole = run("whole", TASKS, RunObserver.none());
        int runs = 1;
        while (!run("stopped", TASKS, EvaluatedModel.stoppingAfter(6)).complete()) {
            assertThat(++runs).isLessThan(40);
            cutLastLine(folder.resolve("stopped/cases/choices.jsonl")); // as a killed process may leave it
        }
        assertThat(runs).isGreaterThan(3);
        for (String file :
                List.of("cases/cases.jsonl", "cases/choices.jsonl", "few-shot/cases/cases.jsonl", "junit.xml")) {
            assertThat(folder.resolve("stopped").resolve(file))
                    .hasSameTextualContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(JsonFiles.read(folder.resolve("stopped/scorecard.json")))
                .isEqualTo(JsonFiles.read(folder.resolve("whole/scorecard.json")));
        assertThat(whole.table().rows())
                .extracting(row -> row.get(0).text() + " " + row.get(1).text())
                .containsExactly("knowledge choices", "ability cases", " often", "retention a text (loss)");
    }

    private static void cutLastLine(Path file) throws IOException {
        if (Files.exists(file) && Files.readAllLines(file).size() < 70) {
            String text = Files.readString(file);
            Files.writeString(file, text.substring(0, Math.max(0, text.length() - 7)));
        }
    }

    @Test
    void whatIsKnownIsNotComputedAgainAndAChangedTaskIs() throws IOException {
        run("out", TASKS, RunObserver.none());
        Path cases = folder.resolve("out/cases/cases.jsonl");
        Files.writeString(cases, "{\"row\": 0, \"prompt\": \"mine\"}");
        run("out", TASKS, RunObserver.none());
        assertThat(cases).content().contains("mine");
        run("out", TASKS.replaceFirst("max-tokens: 4", "max-tokens: 5"), RunObserver.none());
        assertThat(Files.readAllLines(cases)).hasSize(40);
    }

    /** With four samples pass@4 is the share of tasks with a right one, and the mean of all samples is between 0 and that. */
    @Test
    void severalSamplesGivePassAtKAndAMajority() throws IOException {
        ModelEvaluation.Outcome outcome = run("out", TASKS, RunObserver.none());
        Rate rate =
                (Rate) Rate.read(outcome.json().at("/rows/0/findings/often")).orElseThrow();
        List<CaseResult> cases = CaseLog.read(folder.resolve("out/cases/often.jsonl"));
        double any = cases.stream()
                .mapToDouble(one -> one.details().path("right").asInt() > 0 ? 1 : 0)
                .average()
                .orElseThrow();
        assertThat(rate.beside()).containsOnlyKeys("pass@2", "pass@4", "majority");
        assertThat(rate.beside().get("pass@4")).isCloseTo(any, within(1e-12));
        assertThat(rate.value()).isBetween(0.01, any);
        assertThat(cases.get(0).details().path("samples")).hasSize(4);
    }

    /** Programs that go on behind {@code # }, whatever the model babbles up to the end of the line, and programs that are never right. */
    @Test
    void programsAreCasesWithPassAtKToo() throws IOException {
        assumeTrue("1".equals(System.getenv("HONE_RUN_CODE")), "HONE_RUN_CODE is not 1: no programs are run");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/bwrap")) || "required".equals(System.getProperty("hone.sandbox")),
                "bubblewrap is not installed");
        write(
                "code.jsonl",
                6,
                "{\"prompt\": \"def f(x):\\n    return %1$d\\n\\n# \", \"entry_point\": \"f\","
                        + " \"test\": \"def check(candidate):\\n    assert candidate(0) < 3\\n\"}");
        String tasks = "cases: {path: %1$s/code.jsonl, reward: code, max-tokens: 2, samples: 4, temperature: 1.0}";

        ModelEvaluation.Outcome outcome = run("out", tasks, RunObserver.none());

        Rate rate = (Rate) Rate.read(outcome.json().at("/rows/0/findings/code")).orElseThrow();
        assertThat(rate.beside()).containsOnlyKeys("pass@2", "pass@4", "majority");
        List<CaseResult> cases = CaseLog.read(folder.resolve("out/cases/code.jsonl"));
        assertThat(cases.stream().filter(one -> one.details().path("right").asInt() > 0))
                .hasSize(3);
        assertThat(rate.beside().get("pass@4")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void examplesStandBeforeTheQuestionAndChangeTheAnswer() throws IOException {
        run("out", TASKS, RunObserver.none());
        List<CaseResult> alone = CaseLog.read(folder.resolve("out/cases/cases.jsonl"));
        List<CaseResult> shown = CaseLog.read(folder.resolve("out/few-shot/cases/cases.jsonl"));
        assertThat(shown)
                .extracting(CaseResult::prompt)
                .isEqualTo(alone.stream().map(CaseResult::prompt).toList());
        assertThat(shown)
                .extracting(CaseResult::answer)
                .isNotEqualTo(alone.stream().map(CaseResult::answer).toList());
    }

    @Test
    void aGateOnWhatWasLostNeedsAnEarlierEvaluation() throws IOException {
        String gated = TASKS.replace("name: a text", "name: a text, gate: {lose-at-most: 0.0}");
        assertThatThrownBy(() -> run("out", gated, RunObserver.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the gate of a text says lose-at-most")
                .hasMessageContaining("--before");
        run("before", TASKS, RunObserver.none());
        ModelEvaluation.Outcome after = ModelEvaluation.run(
                file(gated), model, folder.resolve("after"), folder.resolve("before"), RunObserver.none());
        assertThat(after.judged())
                .singleElement()
                .satisfies(one -> assertThat(one.verdict().holds()).isTrue());
        assertThat(folder.resolve("after/scorecard.html"))
                .content()
                .contains("Gates")
                .contains("✓");
    }

    @Test
    void theFolderOfAnotherModelIsRefused() throws IOException {
        run("out", "choices: %s/choices.jsonl", RunObserver.none());
        Files.writeString(
                folder.resolve("model/config.json"), Files.readString(folder.resolve("model/config.json")) + "\n");
        assertThatThrownBy(() -> run("out", TASKS, RunObserver.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds the evaluation of " + folder.resolve("model"))
                .hasMessageContaining("give another --output");
    }

    @Test
    void tasksThatCannotBeMeasuredAreRefusedWithTheirLines() throws IOException {
        assertThatThrownBy(() -> file("choices: [{path: %s/missing.jsonl}]"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tasks.yaml:1: choices[0].path (" + folder.resolve("missing.jsonl") + ")");
        assertThatThrownBy(() -> file("compute: fp32")).hasMessageContaining("names no task; write cases");
        assertThatThrownBy(() -> file("texts: [%1$s/text.jsonl, {path: %1$s/text.jsonl}]"))
                .hasMessageContaining("two tasks are called text; give one of them a name");
        assertThatThrownBy(() -> file("cases: {path: %s/cases.jsonl, samples: 4}"))
                .hasMessageContaining("samples (4) at temperature 0 would all be the same");
        write("cases.jsonl", 2, "{\"prompt\": \"say %1$d\"}");
        assertThatThrownBy(() -> run("out", "cases: %s/cases.jsonl", RunObserver.none()))
                .isInstanceOf(DataException.class)
                .hasMessage(folder.resolve("cases.jsonl") + ":1: column answer is missing, which the reward needs");
        Files.writeString(folder.resolve("cases.jsonl"), "");
        assertThatThrownBy(() -> run("out", "cases: %s/cases.jsonl", RunObserver.none()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve("cases.jsonl").toString());
    }

    private EvaluationFile file(String yaml) {
        return EvaluationFile.read(Settings.parse("tasks.yaml", yaml.formatted(folder)));
    }

    private ModelEvaluation.Outcome run(String output, String yaml, RunObserver observer) {
        return ModelEvaluation.run(file(yaml), model, folder.resolve(output), null, observer);
    }

    private void write(String name, int rows, String row) throws IOException {
        Files.write(
                folder.resolve(name),
                IntStream.range(0, rows).mapToObj(row::formatted).toList());
    }
}
