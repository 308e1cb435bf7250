package dev.hone.recipes.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Settings;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.scorecard.EvaluationDiff;
import dev.hone.report.Table;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents, their rows, training on them and answers under every condition, as a stage of a pipeline; in Korean, on a tiny model. */
class RaftPipelineTest {
    private static final String ONE_STAGE = """
            output: %1$s/out
            compute: fp32
            stages:
              - name: grounded
                method: sft
                model: %1$s/model
                raft:
                  documents: %1$s/docs
                  questions: %1$s/questions.jsonl
                  distractors: 1
                  absent: refuse
                  oracle-share: 0.5
                  held-out: 0.3
                data: {template: chatml}
                adapter: {rank: 4, alpha: 8}
                training: {steps: 4, rows-per-step: 2, learning-rate: 1.0e-3, compute: fp32, workers: 1}
                evaluate:
                  raft:
                    distractors: [0, 1]
                    absent: 1
                    retrieved: 1
                    max-tokens: 6
                    template: chatml
                    gates:
                      - {condition: oracle + 1, measure: f1, at-least: 0.0}
                      - {condition: oracle + 1, measure: cited, at-least: 0.5}
                      - {condition: "absent, 1", at-most: 0.5}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeModelAndDocuments() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.createDirectories(folder.resolve("docs"));
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            char name = (char) ('가' + 28 * i);
            Files.writeString(folder.resolve("docs/" + i + ".txt"), name + "골의 다리는 " + (1801 + i) + "년에 놓였다.");
            questions.append("{\"question\": \"" + name + "골의 다리는 언제 놓였나?\", \"answer\": \"" + (1801 + i) + "년\"}\n");
        }
        Files.writeString(folder.resolve("questions.jsonl"), questions);
    }

    @Test
    void documentsBecomeRowsThatAreTrainedOnAndAskedUnderEveryCondition() throws IOException {
        Pipeline.PipelineOutcome outcome = run(ONE_STAGE, RunObserver.none());

        assertThat(outcome.scores().columns())
                .extracting(Table.Column::title)
                .containsExactly("purpose", "task", "base", "grounded");
        assertThat(outcome.scores().rows())
                .extracting(row -> row.get(1).text())
                .containsExactlyInAnyOrder("closed book", "oracle + 0", "oracle + 1", "retrieved 1", "absent, 1");
        assertThat(outcome.judged())
                .extracting(one -> one.title() + " " + one.verdict().holds())
                .containsExactly("oracle + 1, f1 true", "oracle + 1, cited false", "absent, 1 true");

        List<String> rows = Files.readAllLines(folder.resolve("out/grounded-data/train.jsonl"));
        assertThat(rows).hasSizeGreaterThan(6).anyMatch(row -> row.contains("문서의 내용: ##begin_quote##"));
        assertThat(rows).anyMatch(row -> row.contains("문서에 답이 없습니다."));
        JsonNode first = new ObjectMapper()
                .readTree(Files.readAllLines(cases("grounded", "oracle + 1")).get(0));
        assertThat(first.path("prompt").asText()).contains("<DOCUMENT>").endsWith("언제 놓였나?");
        assertThat(first.path("details").has("cited")).isTrue();
        assertThat(EvaluationDiff.of(folder.resolve("out/base"), folder.resolve("out/grounded"))
                        .tasks())
                .hasSize(5)
                .allSatisfy(task -> assertThat(task.pairs()).isNotEmpty());

        JsonNode stages = JsonFiles.read(folder.resolve("out/manifest.json")).path("stages");
        assertThat(stages).extracting(stage -> stage.path("kind").asText()).containsExactly("raft", "sft");
        assertThat(stages.get(1).path("inputs").findValuesAsText("stage")).contains("grounded-data");
    }

    @Test
    void aStoppedPipelineResumesAndEndsWithTheSameBytes() throws IOException {
        run(ONE_STAGE, RunObserver.none());
        Path whole = folder.resolve("whole");
        Files.move(folder.resolve("out"), whole);
        int runs = 0;
        Pipeline.PipelineOutcome outcome;
        do {
            AtomicInteger asked = new AtomicInteger();
            int most = 60 * ++runs;
            outcome = run(ONE_STAGE, RunObserver.silent(() -> asked.incrementAndGet() > most));
            assertThat(runs).isLessThan(20);
        } while (outcome.ending() == Pipeline.PipelineEnding.INTERRUPTED);
        assertThat(runs).isGreaterThan(2);
        for (String file : List.of("grounded-data/held-out.jsonl", "grounded/final/adapter_model.safetensors")) {
            assertThat(folder.resolve("out").resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(cases("grounded", "oracle + 1"))
                .hasSameBinaryContentAs(
                        whole.resolve(folder.resolve("out").relativize(cases("grounded", "oracle + 1"))));
    }

    /** The same questions with documents and without, from one set of rows; the base is measured as soon as they are there. */
    @Test
    void rowsOfAStageOfTheirOwnServeSeveralTrainings() {
        Pipeline.PipelineOutcome outcome = run("""
                output: %1$s/out
                compute: fp32
                evaluate: {raft: {path: stage:rows/held-out.jsonl, distractors: 1, absent: [], retrieved: [], closed-book: false, max-tokens: 4}}
                defaults: {data: {template: chatml}, training: {steps: 2, rows-per-step: 2, compute: fp32, workers: 1}}
                stages:
                  - {name: rows, raft: {documents: %1$s/docs, questions: %1$s/questions.jsonl, distractors: 1, held-out: 0.3}}
                  - {name: plain, method: sft, model: %1$s/model, data: {train: stage:rows/plain.jsonl}}
                  - {name: raft, method: sft, model: %1$s/model, data: {train: stage:rows/train.jsonl}}
                """, RunObserver.none());
        assertThat(outcome.scores().columns())
                .extracting(Table.Column::title)
                .containsExactly("purpose", "task", "base", "plain", "raft");
        assertThat(outcome.scores().rows())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .allSatisfy(cell -> assertThat(cell.text()).isNotEqualTo("-")));
    }

    @Test
    void aDocumentThatIsNewOrGoneMakesTheRowsStale() throws IOException {
        run(ONE_STAGE, RunObserver.none());
        Files.writeString(folder.resolve("docs/new.txt"), "새 문서입니다.");
        assertThatThrownBy(() -> run(ONE_STAGE, RunObserver.none()))
                .hasMessageContaining("stage grounded-data has read " + folder.resolve("docs/new.txt"))
                .hasMessageContaining("stage grounded depends on");
        Files.delete(folder.resolve("docs/new.txt"));
        Files.delete(folder.resolve("docs/3.txt"));
        assertThatThrownBy(() -> run(ONE_STAGE, RunObserver.none()))
                .hasMessageContaining("has read raft.documents[0]/3.txt, which is not there any more");
    }

    @Test
    void whatCannotWorkIsSaidBeforeAnythingRuns() {
        assertThatThrownBy(() -> run("""
                output: %1$s/out
                evaluate: {raft: {path: stage:row/held-out.jsonl}}
                stages:
                  - {name: rows, raft: {documents: %1$s/none, questions: %1$s/asked.jsonl, output: x}, evaluate: {raft: {path: stage:rows/held.jsonl}}}
                  - {name: sft, method: sft, model: stage:rows, data: {train: stage:rows/raft.json}}
                  - name: own
                    method: sft
                    model: %1$s/model
                    raft: {documents: %1$s/docs}
                    evaluate: {raft: {name: own, gates: {condition: oracle + 7, at-least: 1}}}
                """, RunObserver.none()))
                .hasMessageContainingAll(
                        "p.yaml:2: evaluate.raft.path (stage:row/held-out.jsonl) is no file of a stage that makes rows of"
                                + " documents (raft), which are rows, own-data",
                        "p.yaml:4: raft.output is the pipeline's folder and the stage's name",
                        "p.yaml:4: evaluate measures a model, and this stage makes rows",
                        "p.yaml:4: evaluate.raft.path (stage:rows/held.jsonl) must name a file of the stage: train.jsonl,"
                                + " plain.jsonl, held-out.jsonl; did you mean stage:rows/held-out.jsonl?",
                        "p.yaml:4: raft.documents[0] (" + folder + "/none): no such file",
                        "p.yaml:4: raft.questions (" + folder + "/asked.jsonl): no such file",
                        "p.yaml:5: model (stage:rows) makes rows of documents and trains no model",
                        "p.yaml:5: data.train (stage:rows/raft.json) must name a file of the stage",
                        "gates: condition (oracle + 7) must be one that is measured: closed book; oracle + 0;");
    }

    private Path cases(String stage, String task) throws IOException {
        try (var files = Files.list(folder.resolve("out/" + stage + "/cases"))) {
            String start = task.replaceAll("[^a-z0-9]+", "_");
            return files.filter(file -> file.getFileName().toString().startsWith(start))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Pipeline.PipelineOutcome run(String yaml, RunObserver observer) {
        PipelineFile file = PipelineFile.read(Settings.parse("p.yaml", yaml.formatted(folder)));
        return Pipeline.run(file, null, List.of("a test"), observer);
    }
}
