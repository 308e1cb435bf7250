package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.inspect.Reproduction;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a full run on a base stored in bf16 leaves behind, against what it measured. */
class SaveTypeTest {
    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private TinyRun tiny;

    @BeforeEach
    void write() throws IOException {
        tiny = TinyRun.in(folder);
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.BF16);
    }

    private void run(String name, String... changes) {
        tiny.run(name, "", TinyRun.listening(said::add), changes);
    }

    private MetricsRow last(String name) throws IOException {
        List<MetricsRow> rows = MetricsFile.read(folder.resolve(name + "/metrics.jsonl"));
        return rows.get(rows.size() - 1);
    }

    /** The held-out loss of a model on disk: a run of a rate too small to change it measures that. */
    private double lossOf(Path model) throws IOException {
        tiny.run(
                "measure",
                "",
                "model=" + model,
                "training.steps=1",
                "training.evaluate-every=1",
                "training.learning-rate=1e-12");
        double loss = last("measure").value("evaluation-loss");
        AtomicFolder.delete(folder.resolve("measure"));
        return loss;
    }

    @Test
    void whatARunMeasuredIsWhatItSaved() throws IOException {
        run("run", "training.steps=10", "training.evaluate-every=5", "training.learning-rate=1e-3");
        double reported = last("run").value("evaluation-loss");
        assertThat(lossOf(folder.resolve("run/final"))).isCloseTo(reported, within(1e-6));
        assertThat(lossOf(folder.resolve("run/best"))).isCloseTo(reported, within(1e-6));
        assertThat(lossOf(folder.resolve("model"))).isGreaterThan(reported + 0.01);
        assertThat(said).noneMatch(line -> line.contains("rounding"));
    }

    /** At the usual rate of preferences, 1e-6, a step is far below half the distance of neighbouring bf16 numbers. */
    @Test
    void anUpdateOfASmallRateSurvives() throws IOException {
        run("wide", "training.learning-rate=1e-6");
        assertThat(changed("wide")).isGreaterThan(0.9);
        run("narrow", "training.learning-rate=1e-6", "training.save-type=bf16");
        assertThat(changed("narrow")).isLessThan(0.1);
        assertThat(said)
                .anyMatch(line -> line.startsWith("saved with save-type bf16; rounding took ")
                        && line.contains("training.save-type: fp32 keeps all of it"));
    }

    /** The share of numbers that differ from the base's. */
    private double changed(String name) {
        LanguageModel base = read("model");
        LanguageModel result = read(name + "/final");
        long changed = 0;
        long all = 0;
        for (var weight : base.parameters()) {
            float[] before = weight.value().floats();
            float[] after = result.parameter(weight.name()).value().floats();
            for (int i = 0; i < before.length; i++) {
                changed += before[i] == after[i] ? 0 : 1;
            }
            all += before.length;
        }
        return (double) changed / all;
    }

    private LanguageModel read(String name) {
        return Checkpoint.open(folder.resolve(name)).model(WeightPlacement.frozen(DType.F32));
    }

    private DType saved(String name) {
        return Checkpoint.open(folder.resolve(name + "/final")).storedType();
    }

    /** Its resolved settings know no save-type; it goes on as it began, however often it is resumed. */
    @Test
    void aRunOfAnEarlierVersionIsSavedInTheTypeOfItsBase() throws IOException {
        tiny.run("run", "", TinyRun.stoppingAfter(3));
        forget(folder.resolve("run"));
        tiny.run("run", "", TinyRun.stoppingAfter(6));
        run("run");
        assertThat(saved("run")).isEqualTo(DType.BF16);
    }

    @Test
    void andItsManifestReproducesIt() throws IOException {
        run("run", "training.save-type=base");
        forget(folder.resolve("run"));
        Reproduction.run(folder.resolve("run/manifest.json"), folder.resolve("again"), RunObserver.none())
                .orElseThrow();
        assertThat(saved("again")).isEqualTo(DType.BF16);
        assertThat(Files.readAllBytes(folder.resolve("again/final/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("run/final/model.safetensors")));
    }

    private static void forget(Path run) throws IOException {
        Path resolved = run.resolve("run-resolved.yaml");
        Files.writeString(resolved, without(Files.readString(resolved)));
        Path manifest = run.resolve("manifest.json");
        ObjectNode json = JsonFiles.read(manifest);
        JsonFiles.write(
                manifest, json.put("settings", without(json.path("settings").asText())));
    }

    private static String without(String settings) {
        return settings.replaceAll("(?m)^ *save-type:.*\\R", "");
    }

    @Test
    void anAdapterHasNoTypeToChoose() {
        assertThatThrownBy(() -> RunFile.read(
                        Settings.parse("run.yaml", tiny.yaml("run", "adapter: {rank: 4}\n") + "  save-type: bf16\n")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("save-type (bf16) has no effect on an adapter");
    }
}
