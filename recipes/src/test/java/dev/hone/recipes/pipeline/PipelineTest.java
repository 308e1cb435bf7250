package dev.hone.recipes.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.Table;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole pipelines on a tiny model that learns to answer with the letter it is given. */
class PipelineTest {
    private static final String TOP = """
            output: %1$s/%2$s
            compute: fp32
            evaluate: {texts: %1$s/text.jsonl}
            defaults:
              training:
                steps: 12
                rows-per-step: 4
                rows-per-batch: 2
                learning-rate: 3.0e-3
                compute: fp32
                workers: 2
                checkpoint-every: 5
            stages:
              - {name: cpt, method: cpt, model: %1$s/model, data: {train: %1$s/text.jsonl}}
              - name: sft
                method: sft
                model: stage:cpt
                data: {train: %1$s/rows.jsonl, template: chatml}
                adapter: {rank: 4, alpha: 8}
                training: {steps: 40, learning-rate: 1.0e-2}
                evaluate: {cases: {path: %1$s/cases.jsonl, max-tokens: 4}}
            """;
    private static final String ROUNDS = """
              - repeat: 2
                stages:
                  - name: draw
                    sample:
                      model: stage:last
                      tasks: %1$s/rows.jsonl
                      reward: pattern:^[a-z]
                      completions: 4
                      temperature: 1.5
                      top-p: 1.0
                      max-tokens: 12
                      compute: fp32
                  - name: learn
                    method: sft
                    model: stage:last
                    data: {train: stage:draw/kept.jsonl}
                    adapter: {rank: 2, alpha: 4}
              - {name: dpo, method: dpo, adapter: {path: stage:last}, data: {train: stage:draw-1/pairs.jsonl}}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        write("text.jsonl", 5, "{\"text\": \"letters are letters, and %1$c is one of them\"}");
        write("rows.jsonl", 26, "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}");
        write("cases.jsonl", 6, "{\"prompt\": \"say %1$c\", \"answer\": \"%1$c%1$c\"}");
    }

    @Test
    void stagesStandOnOneAnotherAndAreMeasured() throws IOException {
        Table scores =
                run("out", TOP + ROUNDS, null, new Stopping(Integer.MAX_VALUE)).scores();

        assertThat(scores.columns())
                .extracting(Table.Column::title)
                .containsExactly("purpose", "task", "base", "cpt", "sft", "learn-1", "learn-2", "dpo");
        assertThat(scores.rows())
                .extracting(row -> row.get(0).text() + " " + row.get(1).text())
                .containsExactly("ability cases", "retention text (loss)");
        assertThat(scores.rows().get(1).get(3).note()).contains("  -"); // the text it learned became likelier
        assertThat(folder.resolve("out/scorecard.html")).exists();
        assertThat(folder.resolve("out/junit.xml")).content().contains("<testsuite name=\"cases\" tests=\"6\"");
        assertThat(folder.resolve("out/base/cases/cases.jsonl"))
                .content()
                .hasLineCount(6)
                .contains("\"prompt\":\"say a\",\"expected\":\"aa\"");
        assertThat(Files.readString(folder.resolve("out/learn-2/run.yaml")))
                .contains(folder + "/out/learn-1/merged", folder + "/out/draw-2/kept.jsonl");
        assertThat(MetricsFile.read(folder.resolve("out/dpo/metrics.jsonl"))
                        .get(0)
                        .value("loss"))
                .isCloseTo(Math.log(2), within(1e-5)); // the reference is learn-2, with its adapter

        JsonNode manifest = JsonFiles.read(folder.resolve("out/manifest.json")).path("stages");
        assertThat(manifest)
                .extracting(stage -> stage.path("base").asText())
                .containsExactly("null", "cpt", "sft", "sft", "learn-1", "learn-1", "learn-2");
        assertThat(manifest)
                .allSatisfy(stage -> assertThat(stage.path("state").asText()).isEqualTo("finished"));
        assertThat(manifest.get(3).path("inputs").get(0).path("stage").asText()).isEqualTo("sft");
        assertThat(manifest.get(1).path("merged").path("lost").asDouble()).isCloseTo(0, within(1e-3));
        assertThat(JsonFiles.read(folder.resolve("out/pipeline.json")).path("samples"))
                .hasSize(2)
                .allSatisfy(draw -> assertThat(draw.path("best-of-n").asDouble())
                        .isGreaterThanOrEqualTo(draw.path("mean-reward").asDouble()));

        interruptedEverywhereEndsWithTheSameBytes();
    }

    /** A stop after each dozen of steps, samples and scores: in the middle of stages, and between them. */
    private void interruptedEverywhereEndsWithTheSameBytes() throws IOException {
        int runs = 1;
        while (run("stopped", TOP + ROUNDS, null, new Stopping(11)).ending() == Pipeline.PipelineEnding.INTERRUPTED) {
            assertThat(++runs).isLessThan(40);
        }
        assertThat(runs).isGreaterThan(7);
        for (String stage : List.of("cpt/final/model", "learn-2/final/adapter_model", "dpo/final/adapter_model")) {
            assertThat(folder.resolve("stopped/" + stage + ".safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("out/" + stage + ".safetensors"));
        }
        assertThat(JsonFiles.read(folder.resolve("stopped/pipeline.json")).path("rows"))
                .extracting(row -> row.path("findings").path("text").path("loss"))
                .isEqualTo(JsonFiles.read(folder.resolve("out/pipeline.json")).path("rows").findValues("text").stream()
                        .map(found -> found.path("loss"))
                        .toList());
    }

    @Test
    void aGateOfAStagesGuardsIsOneOfThePipeline() throws IOException {
        write(
                "kept.jsonl",
                6,
                "{\"prompt\": \"say %1$c\", \"completion\": \"QQ\"}"); // less likely the better it learns
        Pipeline.PipelineOutcome outcome = run("out", """
                output: %1$s/%2$s
                stages:
                  - name: sft
                    method: sft
                    model: %1$s/model
                    data: {train: %1$s/rows.jsonl, evaluate: {share: 0.2}}
                    training: {steps: 60, rows-per-step: 4, learning-rate: 3.0e-3, schedule: {kind: constant}, compute: fp32}
                    guards: {retention: {texts: [{path: %1$s/kept.jsonl, name: kept}]}, forget-at-most: 0.1 %%}
                """, null, RunObserver.none());

        assertThat(outcome.judged()).singleElement().satisfies(one -> {
            assertThat(one.row()).isEqualTo("sft");
            assertThat(one.title()).contains("kept");
            assertThat(one.verdict().holds()).isFalse();
        });
    }

    @Test
    void whatIsFinishedIsNotDoneAgainAndWhatChangedIsRefused() throws IOException {
        run("out", TOP, null, RunObserver.none());
        Stopping second = new Stopping(Integer.MAX_VALUE);
        run("out", TOP, null, second);
        assertThat(second.said).containsExactly("1/2  cpt (cpt): finished before", "2/2  sft (sft): finished before");

        String hotter = TOP.replace("1.0e-2", "2.0e-2");
        assertThatThrownBy(() -> run("out", hotter, null, RunObserver.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("stage sft has begun with other settings (learning-rate: 0.01)")
                .hasMessageContaining("--from sft runs it and all stages after it again");

        write("text.jsonl", 4, "{\"text\": \"other letters are %1$c\"}");
        assertThatThrownBy(() -> run("out", TOP, null, RunObserver.none()))
                .hasMessageContaining("stage cpt has read " + folder + "/text.jsonl, which has changed since")
                .hasMessageContaining("stage sft depends on " + folder + "/out/cpt/final");
        assertThatThrownBy(() -> run("out", TOP, "sft", RunObserver.none()))
                .hasMessageStartingWith("stage cpt has read");
        assertThatThrownBy(() -> run("out", TOP, "stf", RunObserver.none()))
                .hasMessage("no stage is called stf; there are cpt, sft");

        byte[] before = Files.readAllBytes(folder.resolve("out/cpt/final/model.safetensors"));
        run("out", hotter, "cpt", RunObserver.none());
        assertThat(folder.resolve("out/cpt/final/model.safetensors").toFile())
                .satisfies(file -> assertThat(Files.readAllBytes(file.toPath())).isNotEqualTo(before));
    }

    @Test
    void aStageThatKeptNothingIsNamedByTheOneThatWantsIt() {
        String strict = TOP + ROUNDS.replace("^[a-z]", "no model says this");
        assertThatThrownBy(() -> run("out", strict, null, RunObserver.none()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("stage learn-1: " + folder + "/out/draw-1/kept.jsonl is empty")
                .hasMessageContaining("--from draw-1");
    }

    @Test
    void aFolderOfSomethingElseIsNotWrittenTo() throws IOException {
        Files.createDirectories(folder.resolve("out/sft"));
        Files.writeString(folder.resolve("out/sft/mine.txt"), "mine");
        assertThatThrownBy(() -> run("out", TOP, "cpt", RunObserver.none()))
                .hasMessageContaining("stage sft would write to " + folder + "/out/sft, which holds something else");
        assertThat(folder.resolve("out/sft/mine.txt")).exists();
    }

    private Pipeline.PipelineOutcome run(String name, String yaml, @Nullable String from, RunObserver observer) {
        PipelineFile file = PipelineFile.read(Settings.parse("pipeline.yaml", yaml.formatted(folder, name)));
        return Pipeline.run(file, from, List.of("a test"), observer);
    }

    private void write(String name, int rows, String row) throws IOException {
        Files.write(
                folder.resolve(name),
                IntStream.range(0, rows).mapToObj(i -> row.formatted('a' + i)).toList());
    }

    /** Asks to stop after so much has been done; reading does not count. */
    private static final class Stopping implements RunObserver {
        private static final Set<String> UNCOUNTED = Set.of("checking", "reading", "reference", "loss of some rows");

        private final int most;
        private final List<String> said = new ArrayList<>();
        private int done;

        Stopping(int most) {
            this.most = most;
        }

        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            return new Work() {
                @Override
                public void report(long now, long units, String facts) {
                    done += UNCOUNTED.contains(label) ? 0 : 1;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return done >= most;
        }
    }
}
