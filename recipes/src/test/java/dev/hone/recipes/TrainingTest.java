package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.JsonFiles;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.DataException;
import dev.hone.config.Settings;
import dev.hone.config.TrainingException;
import dev.hone.recipes.report.MetricsFile;
import dev.hone.recipes.report.MetricsRow;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs, from a file to a result, on a tiny model that learns to answer with the letter it is given. */
class TrainingTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8, dropout: 0.1}\n";
    private static final String FULL = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                folder.resolve("rows.jsonl"),
                IntStream.range(0, 26)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}".formatted('a' + i))
                        .toList());
    }

    @Test
    void theToyTaskIsLearned() throws IOException {
        run("learned", FULL, "training.steps=60", "training.learning-rate=3e-3");

        List<MetricsRow> rows = MetricsFile.read(folder.resolve("learned/metrics.jsonl"));
        assertThat(rows).extracting(MetricsRow::step).containsExactlyElementsOf(steps(60));
        assertThat(rows.get(0).value("loss")).isGreaterThan(4);
        assertThat(rows.get(59).value("loss")).isLessThan(1.2);
        assertThat(Checkpoint.open(folder.resolve("learned/final")).config().vocabulary())
                .isEqualTo(512);
        assertThat(folder.resolve("learned/curves/loss.png")).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {LORA, FULL})
    void aRunThatIsStoppedAndGoneOnWithEndsWithTheSameBytes(String adapter) throws IOException {
        run("straight", adapter);
        Trainer.Outcome stopped = run("stopped", adapter, stoppingAfter(4));
        assertThat(stopped.ending()).isEqualTo(Trainer.Ending.INTERRUPTED);
        assertThat(stopped.progress().step()).isEqualTo(4);
        run("stopped", adapter);

        String result = adapter.isEmpty() ? "final/model.safetensors" : "final/adapter_model.safetensors";
        assertThat(folder.resolve("stopped").resolve(result))
                .hasSameBinaryContentAs(folder.resolve("straight").resolve(result));
        assertThat(MetricsFile.read(folder.resolve("stopped/metrics.jsonl")))
                .extracting(MetricsRow::step)
                .containsExactlyElementsOf(steps(9));
    }

    /** Rates that float32 cannot bear: the weights leave its range after some steps. */
    @Test
    void aRunWhoseNumbersBreakSavesTheRowsAndTheStateBefore() throws IOException {
        String[] wild = {"training.steps=30", "training.learning-rate=1e37", "training.max-gradient-norm=0"};
        assertThatThrownBy(() -> run("wild", FULL, wild))
                .isInstanceOf(TrainingException.class)
                .hasMessageMatching(
                        "step \\d+: .* first in model\\..*; rows .*rows.jsonl:\\d+ \\(loss .*nothing was updated.*");
        int step = Integer.parseInt(folder.resolve("wild")
                .toFile()
                .list((f, name) -> name.startsWith("bad-batch"))[0]
                .replaceAll("\\D", ""));
        assertThat(folder.resolve("wild/checkpoints").resolve(String.format("step-%08d", step - 1)))
                .isDirectory();
        JsonNode saved = JsonFiles.read(folder.resolve("wild/bad-batch-" + step + ".json"));
        assertThat(saved.get("rows").size()).isEqualTo(4);
        assertThat(saved.get("rows").get(0).get("text").asText()).startsWith("say ");
    }

    @Test
    void workersSideBySideGiveTheSameLossAsOne() throws IOException {
        run("one", FULL, "training.workers=1");
        run("two", FULL, "training.workers=2");

        List<MetricsRow> one = MetricsFile.read(folder.resolve("one/metrics.jsonl"));
        List<MetricsRow> two = MetricsFile.read(folder.resolve("two/metrics.jsonl"));
        for (int i = 0; i < one.size(); i++) {
            assertThat(two.get(i).value("loss"))
                    .isCloseTo(one.get(i).value("loss"), org.assertj.core.api.Assertions.within(1e-4));
        }
    }

    @Test
    void anUnfinishedRunWithOtherSettingsIsNotGoneOnWith() {
        run("run", FULL, stoppingAfter(2));

        assertThatThrownBy(() -> run("run", FULL, "training.seed=7"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unfinished run with other settings (seed: 42)");
    }

    @Test
    void aFinishedRunIsNotOverwritten() {
        run("run", FULL);

        assertThatThrownBy(() -> run("run", FULL))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds a finished run; choose another output");
    }

    @Test
    void aMisspelledSettingIsNamedWithItsLineAndTheNearestRealOne() {
        assertThatThrownBy(() -> RunFile.read(Settings.parse("run.yaml", yaml("x", "") + "  learning-rte: 1\n")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("training.learning-rte is not a setting; did you mean training.learning-rate?");
    }

    @Test
    void aRowThatTeachesNothingIsNamed() throws IOException {
        Files.writeString(
                folder.resolve("rows.jsonl"),
                "{\"text\": \"fine\"}\n{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}\n");

        assertThatThrownBy(() -> run("run", FULL))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve("rows.jsonl") + ":2: conversation ends with a user turn");
    }

    private static List<Long> steps(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> (long) i).toList();
    }

    private static Watcher stoppingAfter(int steps) {
        return new StoppingWatcher(steps);
    }

    private Trainer.Outcome run(String name, String adapter, String... changes) {
        return run(name, adapter, Watcher.none(), changes);
    }

    private Trainer.Outcome run(String name, String adapter, Watcher watcher, String... changes) {
        Settings settings = Settings.parse("run.yaml", yaml(name, adapter)).set(changes);
        Configured<RunFile> configured = RunFile.read(settings);
        try (RunDirectory directory = RunDirectory.open(configured.value().output(), settings, configured)) {
            return Training.run(configured.value(), directory, watcher);
        }
    }

    private String yaml(String name, String adapter) {
        return """
                method: sft
                model: %1$s/model
                output: %1$s/%2$s
                data: {train: %1$s/rows.jsonl, evaluate: {share: 0.1}}
                %3$straining:
                  steps: 9
                  rows-per-step: 4
                  rows-per-batch: 2
                  compute: fp32
                  workers: 2
                  evaluate-every: 5
                """.formatted(folder, name, adapter);
    }

    /** Asks to stop once training has made some steps; reading rows does not count. */
    private static final class StoppingWatcher implements Watcher {
        private final int steps;
        private boolean training;
        private long done;

        StoppingWatcher(int steps) {
            this.steps = steps;
        }

        @Override
        public void say(String line) {}

        @Override
        public Work begin(String label, String unit, long total, long from) {
            training = label.equals("sft");
            done = from;
            return new Work() {
                @Override
                public void report(long now, long units, String facts) {
                    done = now;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return training && done >= steps;
        }
    }
}
