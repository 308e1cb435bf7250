package dev.hone.recipes.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private TinyRun tiny;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        tiny = TinyRun.in(folder);
    }

    @Test
    void theToyTaskIsLearned() throws IOException {
        tiny.run("learned", FULL, "training.steps=60", "training.learning-rate=3e-3");

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
    void aRunThatIsStoppedAndResumedEndsWithTheSameBytes(String adapter) throws IOException {
        tiny.run("straight", adapter);
        Trainer.Outcome stopped = tiny.run("stopped", adapter, TinyRun.stoppingAfter(4));
        assertThat(stopped.ending()).isEqualTo(Trainer.Ending.INTERRUPTED);
        assertThat(stopped.progress().step()).isEqualTo(4);
        tiny.run("stopped", adapter);

        String result = adapter.isEmpty() ? "final/model.safetensors" : "final/adapter_model.safetensors";
        assertThat(folder.resolve("stopped").resolve(result))
                .hasSameBinaryContentAs(folder.resolve("straight").resolve(result));
        assertThat(MetricsFile.read(folder.resolve("stopped/metrics.jsonl")))
                .extracting(MetricsRow::step)
                .containsExactlyElementsOf(steps(9));
    }

    /** As if the process had ended after its last save and before its end was noted. */
    @Test
    void aRunThatStoppedEarlyDoesNotResumeWhenItIsStartedAgain() throws IOException {
        String[] wild = {
            "training.steps=40",
            "training.evaluate-every=1",
            "training.early-stop={patience: 2}",
            "training.learning-rate=0.5"
        };
        Trainer.Outcome first = tiny.run("run", FULL, wild);
        assertThat(first.ending()).isEqualTo(Trainer.Ending.EARLY_STOP);
        Files.delete(folder.resolve("run/finished"));

        Trainer.Outcome second = tiny.run("run", FULL, wild);
        assertThat(second.ending()).isEqualTo(Trainer.Ending.EARLY_STOP);
        assertThat(second.progress()).isEqualTo(first.progress());
    }

    /** Rates that float32 cannot bear: the weights leave its range after some steps. */
    @Test
    void aRunWhoseNumbersBreakSavesTheRowsAndTheStateBefore() throws IOException {
        String[] wild = {"training.steps=30", "training.learning-rate=1e30", "training.max-gradient-norm=0"};
        assertThatThrownBy(() -> tiny.run("wild", FULL, wild))
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

    /** Each time the observer is asked, once, the answer is to stop: while rows are read, between steps, while measuring. */
    @Test
    void aRunMayBeStoppedAtAnyMomentAndEndsWithTheSameBytes() throws IOException {
        String[] changes = {"training.steps=4", "training.evaluate-every=2", "training.tokens-per-batch=16"};
        RunObserver uncalled = new StoppingAt(Integer.MAX_VALUE);
        tiny.run("straight", LORA, uncalled, changes);
        List<MetricsRow> expected = withoutTime("straight");
        int asked = Integer.MAX_VALUE - ((StoppingAt) uncalled).left;
        Set<Long> steps = new TreeSet<>();
        for (int question = 1; question <= asked; question += question < 24 ? 12 : 1) {
            String name = "stopped-" + question;
            try {
                Trainer.Outcome outcome = tiny.run(name, LORA, new StoppingAt(question), changes);
                if (outcome.ending() == Trainer.Ending.INTERRUPTED) {
                    steps.add(
                            outcome.progress().unmeasured()
                                    ? -outcome.progress().step()
                                    : outcome.progress().step());
                    tiny.run(name, LORA, changes);
                }
            } catch (StoppedException e) {
                tiny.run(name, LORA, changes);
            }
            assertThat(folder.resolve(name).resolve("final/adapter_model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("straight/final/adapter_model.safetensors"));
            assertThat(folder.resolve(name).resolve("best/adapter_model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("straight/best/adapter_model.safetensors"));
            assertThat(withoutTime(name)).as(name).isEqualTo(expected);
        }
        assertThat(steps).containsExactly(-4L, -2L, 0L, 1L, 2L, 3L);
    }

    private List<MetricsRow> withoutTime(String name) throws IOException {
        return MetricsFile.read(folder.resolve(name).resolve("metrics.jsonl")).stream()
                .map(row -> {
                    Map<String, Number> values = new LinkedHashMap<>(row.values());
                    values.remove("seconds");
                    return new MetricsRow(row.step(), values);
                })
                .toList();
    }

    @Test
    void workersSideBySideGiveTheSameLossAsOne() throws IOException {
        tiny.run("one", FULL, "training.workers=1");
        tiny.run("two", FULL, "training.workers=2");

        List<MetricsRow> one = MetricsFile.read(folder.resolve("one/metrics.jsonl"));
        List<MetricsRow> two = MetricsFile.read(folder.resolve("two/metrics.jsonl"));
        for (int i = 0; i < one.size(); i++) {
            assertThat(two.get(i).value("loss"))
                    .isCloseTo(one.get(i).value("loss"), org.assertj.core.api.Assertions.within(1e-4));
        }
    }

    @Test
    void anUnfinishedRunWithOtherSettingsIsNotResumed() {
        tiny.run("run", FULL, TinyRun.stoppingAfter(2));

        assertThatThrownBy(() -> tiny.run("run", FULL, "training.seed=7"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unfinished run with other settings (seed: 42)");
    }

    @Test
    void aFinishedRunIsNotOverwritten() {
        tiny.run("run", FULL);

        assertThatThrownBy(() -> tiny.run("run", FULL))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "holds a finished run; to go on with it, give it more steps or epochs and --extend");
    }

    @Test
    void aMisspelledSettingIsNamedWithItsLineAndTheNearestRealOne() {
        assertThatThrownBy(() -> RunFile.read(Settings.parse("run.yaml", tiny.yaml("x", "") + "  learning-rte: 1\n")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("training.learning-rte is not a setting; did you mean training.learning-rate?");
    }

    @Test
    void aRowThatTeachesNothingIsNamed() throws IOException {
        Files.writeString(
                folder.resolve("rows.jsonl"),
                "{\"text\": \"fine\"}\n{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}\n");

        assertThatThrownBy(() -> tiny.run("run", FULL))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(folder.resolve("rows.jsonl") + ":2: conversation ends with a user turn");
    }

    private static List<Long> steps(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> (long) i).toList();
    }

    /** Asks to stop when it is asked for the so manieth time, and from then on. */
    private static final class StoppingAt implements RunObserver {
        private int left;

        StoppingAt(int question) {
            left = question;
        }

        @Override
        public void say(String line) {}

        @Override
        public Work begin(String label, String unit, long total, long from) {
            return RunObserver.none().begin(label, unit, total, from);
        }

        @Override
        public boolean getAsBoolean() {
            return --left <= 0;
        }
    }
}
