package dev.hone.recipes.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.recipes.TinyRun;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a run's reference comes from, and that resuming does not change it: whole runs of six steps on a tiny model. */
class PrecomputedReferenceTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8}";
    private static final String FULL = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        writePairs("ok");
        Files.write(
                folder.resolve("labelled.jsonl"),
                IntStream.range(0, 16)
                        .mapToObj(i -> "{\"prompt\": \"say %c\", \"completion\": \"%s\", \"label\": %s}"
                                .formatted('a' + i, i % 2 == 0 ? "ok" : "no", i % 2 == 0))
                        .toList());
    }

    private void writePairs(String chosen) throws IOException {
        Files.write(
                folder.resolve("pairs.jsonl"),
                IntStream.range(0, 16)
                        .mapToObj(i -> "{\"prompt\": \"say %c\", \"chosen\": \"%s\", \"rejected\": \"no\"}"
                                .formatted('a' + i, chosen))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "dpo, '" + LORA + "', ''",
        "dpo, '', ''",
        "dpo, '', 'loss: aot-unpaired, '",
        "kto, '" + LORA + "', ''",
        "kto, '', 'loss: apo-zero-unpaired, '"
    })
    void onTheFlyOrBeforehandTheLossIsTheSame(String method, String adapter, String settings) throws IOException {
        run("before", method, adapter, settings + "reference: precomputed");
        run("during", method, adapter, settings + "reference: on-the-fly");

        same("during", "before", 1e-6);
        assertThat(folder.resolve("before/reference/learned.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("during/reference")).doesNotExist();
    }

    /** The policy's state is restored into a run whose reference must still be the model the run found. */
    @ParameterizedTest
    @CsvSource({
        "'" + LORA + "', 'reference: precomputed'",
        "'" + LORA + "', 'reference: on-the-fly'",
        "'" + LORA + "', 'reference: on-the-fly, synchronise: {every: 2}'",
        "'', 'reference: precomputed'",
        "'', 'reference: on-the-fly'",
        "'', 'reference: on-the-fly, synchronise: {every: 2}'"
    })
    void aRunThatIsStoppedAndResumedMeasuresTheSame(String adapter, String settings) throws IOException {
        run("straight", "dpo", adapter, settings);
        run("stopped", "dpo", adapter, settings, new Stopping(3));
        run("stopped", "dpo", adapter, settings);

        same("stopped", "straight", 0);
        String result = adapter.isEmpty() ? "final/model.safetensors" : "final/adapter_model.safetensors";
        assertThat(folder.resolve("stopped").resolve(result))
                .hasSameBinaryContentAs(folder.resolve("straight").resolve(result));
    }

    @Test
    void aReferenceThatFollowsIsAnotherOne() throws IOException {
        run("stays", "dpo", LORA, "reference: on-the-fly");
        run("follows", "dpo", LORA, "reference: on-the-fly, synchronise: {every: 3, share: 1}");

        List<MetricsRow> stays = MetricsFile.read(folder.resolve("stays/metrics.jsonl"));
        List<MetricsRow> follows = MetricsFile.read(folder.resolve("follows/metrics.jsonl"));
        assertThat(follows.get(2).value("loss")).isEqualTo(stays.get(2).value("loss"));
        assertThat(stays.get(3).value("loss")).isNotCloseTo(Math.log(2), within(1e-4));
        assertThat(follows.get(3).value("loss")).isCloseTo(Math.log(2), within(1e-6)); // it is the policy itself
    }

    @Test
    void goingOnDoesNotComputeTheNumbersAgain() {
        Stopping first = new Stopping(3);
        run("run", "dpo", LORA, "beta: 0.1", first);
        Stopping second = new Stopping(5);
        run("run", "dpo", LORA, "beta: 0.1", second);

        assertThat(first.begun).containsSubsequence("reference", "reference", "dpo");
        assertThat(second.begun).contains("dpo").doesNotContain("reference");
        assertThat(first.said).contains("reference: the base, computed before the first step");
    }

    /** Computed again in a run that has learned for three steps, the numbers are still those of the model as it was found. */
    @ParameterizedTest
    @ValueSource(strings = {"flipped", "cut", "garbled record"})
    void aDamagedFileIsNoticedAndComputedAgain(String damage) throws IOException {
        String adapter = damage.equals("cut") ? FULL : LORA;
        run("straight", "dpo", adapter, "beta: 0.1");
        run("run", "dpo", adapter, "beta: 0.1", new Stopping(3));
        Path file = folder.resolve("run/reference")
                .resolve(damage.equals("garbled record") ? "learned.json" : "learned.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        if (damage.equals("flipped")) {
            bytes[bytes.length - 1] ^= 1;
        }
        Files.write(file, damage.equals("flipped") ? bytes : Arrays.copyOf(bytes, bytes.length / 2));
        Stopping second = new Stopping(99);
        run("run", "dpo", adapter, "beta: 0.1", second);

        assertThat(second.said).anyMatch(line -> line.endsWith("computing the reference's numbers again"));
        assertThat(second.begun).containsOnlyOnce("reference");
        same("run", "straight", 0);
    }

    /** In a folder whose manifest is lost; with it, a run of other rows or of another model is not resumed at all. */
    @Test
    void numbersOfOtherRowsOrAnotherModelAreNotUsed() throws IOException {
        run("run", "dpo", LORA, "beta: 0.1", new Stopping(3));
        writePairs("yes");
        Files.delete(folder.resolve("run/manifest.json"));
        Stopping second = new Stopping(4);
        run("run", "dpo", LORA, "beta: 0.1", second);
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 2), DType.F32);
        Files.delete(folder.resolve("run/manifest.json"));
        Stopping third = new Stopping(5);
        run("run", "dpo", LORA, "beta: 0.1", third);

        assertThat(second.said)
                .anyMatch(line -> line.contains("learned.json: was computed with another data, rows; computing"));
        assertThat(third.said).anyMatch(line -> line.contains("learned.json: was computed with another model;"));
    }

    @Test
    void numbersThatWereComputedFirstCannotFollow() {
        assertThatThrownBy(() -> run("run", "dpo", LORA, "synchronise: {every: 2}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dpo.synchronise needs reference: on-the-fly");
    }

    /** The loss of every step; to the bit, also what else was measured of it. */
    private void same(String actual, String expected, double relative) throws IOException {
        List<MetricsRow> a = MetricsFile.read(folder.resolve(actual + "/metrics.jsonl"));
        List<MetricsRow> e = MetricsFile.read(folder.resolve(expected + "/metrics.jsonl"));
        assertThat(a).hasSize(6).hasSameSizeAs(e);
        for (int i = 0; i < e.size(); i++) {
            double loss = e.get(i).value("loss");
            assertThat(a.get(i).value("loss")).as("step %d", i + 1).isCloseTo(loss, within(relative * loss));
            if (relative == 0) {
                assertThat(a.get(i).value("grad-norm")).isEqualTo(e.get(i).value("grad-norm"));
                assertThat(a.get(i).value("rewards/margin")).isEqualTo(e.get(i).value("rewards/margin"));
            }
        }
        double heldOut = e.get(5).value("evaluation-loss");
        assertThat(a.get(5).value("evaluation-loss")).isCloseTo(heldOut, within(relative * heldOut));
    }

    private void run(String name, String method, String adapter, String settings) {
        run(name, method, adapter, settings, new Stopping(99));
    }

    private void run(String name, String method, String adapter, String settings, RunObserver observer) {
        String yaml =
                """
                method: %2$s
                model: %1$s/model
                output: %1$s/%3$s
                %4$s
                data: {train: %1$s/%5$s.jsonl, evaluate: {share: 0.2}}
                training:
                  steps: 6
                  rows-per-step: 4
                  rows-per-batch: 2
                  learning-rate: 3.0e-3
                  compute: fp32
                  workers: 2
                  evaluate-every: 3
                  checkpoint-every: 0
                %2$s: {%6$s}
                """.formatted(folder, method, name, adapter, method.equals("kto") ? "labelled" : "pairs", settings);
        Settings parsed = Settings.parse("run.yaml", yaml);
        TinyRun.train(parsed, observer);
    }

    /** Remembers what is reported, and asks to stop once training has made some steps. */
    private static final class Stopping implements RunObserver {
        private final int steps;
        private final List<String> said = new ArrayList<>();
        private final List<String> begun = new ArrayList<>();
        private long done;

        Stopping(int steps) {
            this.steps = steps;
        }

        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            begun.add(label);
            boolean training = label.equals("dpo") || label.equals("kto");
            done = training ? from : 0;
            return new Work() {
                @Override
                public void report(long now, long units, String facts) {
                    done = training ? now : 0;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return done >= steps;
        }
    }
}
