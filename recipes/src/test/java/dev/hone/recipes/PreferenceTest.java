package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on pairs, on a tiny model that learns to prefer one answer to another, whatever was said. */
class PreferenceTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                folder.resolve("pairs.jsonl"),
                IntStream.range(0, 26)
                        .mapToObj(i ->
                                "{\"prompt\": \"say %c\", \"chosen\": \"ok\", \"rejected\": \"no\"}".formatted('a' + i))
                        .toList());
        Files.write(
                folder.resolve("rows.jsonl"),
                IntStream.range(0, 26)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}".formatted('a' + i))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpo", "simpo", "cpo", "orpo", "orpo: {likelihood-of: row}"})
    void heldOutPairsComeToBePreferred(String settings) throws IOException {
        String method = settings.split(":")[0];
        String own = settings.contains(":") ? settings : "";
        run(method, method, "model: %s/model".formatted(folder), "adapter: {rank: 4, alpha: 8}\n" + own);

        List<MetricsRow> rows = MetricsFile.read(folder.resolve(method + "/metrics.jsonl"));
        assertThat(rows.get(rows.size() - 1).value("evaluation/rewards/accuracy"))
                .isEqualTo(1);
        assertThat(rows.get(rows.size() - 1).value("evaluation-loss"))
                .isLessThan(rows.get(9).value("evaluation-loss"));
    }

    @Test
    void labelledAnswersComeToBeSeparated() throws IOException {
        Files.write(
                folder.resolve("labelled.jsonl"),
                IntStream.range(0, 52)
                        .mapToObj(i -> "{\"prompt\": \"say %c\", \"completion\": \"%s\", \"label\": %s}"
                                .formatted('a' + i / 2, i % 2 == 0 ? "ok" : "no", i % 2 == 0))
                        .toList());
        run("kto", "kto", "model: %s/model".formatted(folder), "adapter: {rank: 4, alpha: 8}");

        List<MetricsRow> rows = MetricsFile.read(folder.resolve("kto/metrics.jsonl"));
        assertThat(rows.get(0).value("loss")).isCloseTo(0.5, within(1e-5));
        assertThat(rows.get(0).value("kl")).isCloseTo(0, within(1e-5));
        assertThat(rows.get(39).value("evaluation/rewards/accuracy")).isEqualTo(1);
    }

    /** At its first step a policy is its reference: the loss of every pair is log 2, whatever was learned before. */
    @Test
    void theReferenceOfDpoAfterSftIsWhatSftLeft() throws IOException {
        run("sft", "sft", "model: %s/model".formatted(folder), "adapter: {rank: 4, alpha: 8}");
        run("after", "dpo", "model: %s/model".formatted(folder), "adapter: {path: %s/sft/final}".formatted(folder));
        run("full", "sft", "model: %s/model".formatted(folder), "");
        run("after-full", "dpo", "model: %s/full/final".formatted(folder), "");

        for (String stage : List.of("after", "after-full")) {
            List<MetricsRow> rows = MetricsFile.read(folder.resolve(stage + "/metrics.jsonl"));
            assertThat(rows.get(0).value("loss")).isCloseTo(Math.log(2), within(1e-5));
            assertThat(rows.get(0).value("rewards/margin")).isCloseTo(0, within(1e-5));
            assertThat(rows.get(39).value("loss")).isLessThan(0.5);
        }
    }

    private void run(String name, String method, String model, String adapter) {
        String yaml = """
                method: %s
                %s
                output: %s/%s
                %s
                data: {train: %s/%s.jsonl, evaluate: {share: 0.2}}
                training:
                  steps: 40
                  rows-per-step: 8
                  rows-per-batch: 4
                  learning-rate: 3.0e-3
                  compute: fp32
                  workers: 2
                  evaluate-every: 10
                """.formatted(
                        method,
                        model,
                        folder,
                        name,
                        adapter,
                        folder,
                        Map.of("sft", "rows", "kto", "labelled").getOrDefault(method, "pairs"));
        Settings settings = Settings.parse("run.yaml", yaml);
        TinyRun.train(settings, RunObserver.none());
    }
}
