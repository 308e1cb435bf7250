package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Settings;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on several sources: a tiny model learns one thing and should keep another. */
class ReplayRunTest {
    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private int stopAt = Integer.MAX_VALUE;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        write("echo", i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}".formatted('a' + i));
        write("shout", i -> "{\"prompt\": \"say %c\", \"completion\": \"!!!!!!!!\"}".formatted('a' + i));
        write("pairs", i -> "{\"prompt\": \"say %c\", \"chosen\": \"ok\", \"rejected\": \"no\"}".formatted('a' + i));
    }

    /** A share of a ten-thousandth replays nothing in so few steps, but what is held out is measured all the same. */
    @Test
    void whatIsReplayedIsForgottenLess() throws IOException {
        run("taught", "sft", "model", "{train: %1$s/echo.jsonl}", 60);
        String data = "{train: %1$s/shout.jsonl, evaluate: 0.2, replay: {path: %1$s/echo.jsonl, share: ";
        run("without", "sft", "taught/final", data + "0.0001}}", 30);
        assertThat(said).anyMatch(line -> line.startsWith("warning: nothing of replay is trained on in 30 steps"));
        run("with", "sft", "taught/final", data + "0.3}}", 30);

        assertThat(last("without").value("evaluation-loss")).isLessThan(0.5);
        assertThat(last("with").value("evaluation-loss")).isLessThan(0.5);
        assertThat(last("with").value("evaluation/replay"))
                .isLessThan(last("without").value("evaluation/replay") - 1);
        assertThat(said).anyMatch(line -> line.matches("held-out replay: loss \\S+, before the run \\S+"));
    }

    @Test
    void sharesOfSourcesAreWrittenAndReported() throws IOException {
        String data =
                "{train: [{path: %1$s/echo.jsonl, weight: 3}, {path: %1$s/shout.jsonl}], replay: {path: %1$s/echo.jsonl,"
                        + " share: 0.2}}";
        run("mixed", "sft", "model", data, 40);

        double echo = 0;
        double replayed = 0;
        double trained = 0;
        for (MetricsRow row : rows("mixed")) {
            double sum = row.value("share/echo") + row.value("share/shout") + row.value("share/replay");
            assertThat(sum).isCloseTo(1, within(1e-9));
            echo += row.value("trained") * row.value("share/echo");
            replayed += row.value("trained") * row.value("share/replay");
            trained += row.value("trained");
        }
        assertThat(echo / trained).isCloseTo(0.8 * 3 / 4, within(0.02));
        assertThat(replayed / trained).isCloseTo(0.2, within(0.02));
        assertThat(said)
                .anyMatch(line ->
                        line.matches("trained tokens by source: echo [56]\\S+ %, shout \\S+ %, replay [12]\\S+ %"));
    }

    @Test
    void aRunOnAMixtureThatIsStoppedAndResumedEndsWithTheSameBytes() throws IOException {
        String data = "{train: [{path: %1$s/echo.jsonl, weight: 3}, %1$s/shout.jsonl], evaluate: 0.1,"
                + " replay: {path: %1$s/echo.jsonl, share: 0.2}}";
        run("straight", "sft", "model", data, 12);
        stopAt = 5;
        run("stopped", "sft", "model", data, 12);
        assertThat(folder.resolve("stopped/final")).doesNotExist();
        stopAt = Integer.MAX_VALUE;
        run("stopped", "sft", "model", data, 12);

        assertThat(folder.resolve("stopped/final/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("straight/final/model.safetensors"));
        for (int step = 0; step < 12; step++) {
            assertThat(rows("stopped").get(step).value("share/replay"))
                    .isEqualTo(rows("straight").get(step).value("share/replay"));
        }
    }

    @Test
    void aRunWithOneSourceSaysNothingOfShares() throws IOException {
        run("single", "sft", "model", "{train: {path: %1$s/echo.jsonl, weight: 2}}", 2);
        assertThat(last("single").values().keySet()).noneMatch(name -> name.startsWith("share/"));
        assertThat(said).noneMatch(line -> line.startsWith("trained tokens by source"));
    }

    @Test
    void aPreferenceIsLearnedWhileOtherTextIsReplayed() throws IOException {
        String data =
                "{train: %1$s/pairs.jsonl, evaluate: 0.2, replay: {path: %1$s/echo.jsonl, share: 0.4, loss-weight: 0.5}}";
        run("dpo", "dpo", "model", data, 30);

        MetricsRow first = rows("dpo").get(0);
        assertThat(first.value("loss/method")).isCloseTo(Math.log(2), within(1e-5));
        assertThat(first.value("loss"))
                .isCloseTo(first.value("loss/method") + first.value("loss/replay"), within(1e-5));
        assertThat(last("dpo").value("loss/replay")).isLessThan(first.value("loss/replay") / 2);
        assertThat(last("dpo").value("evaluation/rewards/accuracy")).isEqualTo(1);
        assertThat(last("dpo").value("evaluation-loss"))
                .as("the preference alone")
                .isLessThan(Math.log(2));
    }

    @Test
    void aMissingFileIsNamedBeforeTrainingBegins() {
        assertThatThrownBy(() -> run("missing", "sft", "model", "{train: %1$s/echo.jsonl, replay: %1$s/no.jsonl}", 2))
                .isInstanceOf(dev.hone.config.ConfigurationException.class)
                .hasMessageContaining(folder.resolve("no.jsonl") + ": no such file");
    }

    private void write(String name, IntFunction<String> row) throws IOException {
        Files.write(
                folder.resolve(name + ".jsonl"),
                IntStream.range(0, 26).mapToObj(row).toList());
    }

    private List<MetricsRow> rows(String run) throws IOException {
        return MetricsFile.read(folder.resolve(run).resolve("metrics.jsonl"));
    }

    private MetricsRow last(String run) throws IOException {
        return rows(run).get(rows(run).size() - 1);
    }

    private void run(String name, String method, String model, String data, int steps) {
        String yaml = """
                method: %2$s
                model: %1$s/%3$s
                output: %1$s/%4$s
                data: %5$s
                training:
                  steps: %6$d
                  rows-per-step: 8
                  rows-per-batch: 4
                  learning-rate: 3.0e-3
                  compute: fp32
                  workers: 2
                """.formatted(folder, method, model, name, data.formatted(folder), steps);
        Settings settings = Settings.parse("run.yaml", yaml);
        TinyRun.train(settings, new Listening());
    }

    /** Keeps what is said, and asks to stop where the test wants it. */
    private final class Listening implements RunObserver {
        private long trained;

        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            boolean training = !unit.equals("rows");
            return new Work() {
                @Override
                public void report(long now, long units, String facts) {
                    trained = training ? now : 0;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return trained >= stopAt;
        }
    }
}
