package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Each JSON file of a checkpoint or adapter in turn is the input; the files beside it are right. */
class JsonFuzzTest {
    private static final Fingerprint NOW = new Fingerprint("t", "c", Set.of(2), "m");

    @TempDir
    static Path folder;

    @BeforeAll
    static void writeTheRest() throws IOException {
        for (String part : List.of("config", "index", "generation", "adapter", "fingerprint")) {
            Files.createDirectories(folder.resolve(part));
        }
        ModelConfig model = GoldenModels.a();
        try (Scope scope = Scope.open()) {
            for (String part : List.of("config", "index", "generation")) {
                CheckpointWriter.write(folder.resolve(part), GoldenModels.frozen(model), DType.F32);
            }
        }
        Path whole = folder.resolve("index").resolve("model.safetensors"); // beside which no index is read
        Files.move(whole, whole.resolveSibling("model-00001-of-00001.safetensors"));
        Adapter adapter = Adapter.fresh(model, new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false), 1);
        for (String part : List.of("adapter", "fingerprint")) {
            AdapterFiles.write(folder.resolve(part), adapter, model, "base", NOW);
        }
    }

    @FuzzTest(maxDuration = "15m")
    void files(byte[] json) {
        config(Hostile.file(folder.resolve("config"), "config.json", json));

        Path index = Hostile.file(folder.resolve("index"), "model.safetensors.index.json", json);
        Hostile.read(index.getParent(), () -> Checkpoint.open(index.getParent()));

        Path generation = Hostile.file(folder.resolve("generation"), "generation_config.json", json);
        Hostile.read(generation, () -> Checkpoint.open(generation.getParent()).endOfText());

        Path adapter = Hostile.file(folder.resolve("adapter"), AdapterConfigFile.NAME, json);
        Hostile.read(adapter.getParent(), () -> AdapterFiles.read(adapter.getParent(), GoldenModels.a()));
        Hostile.read(adapter.getParent(), () -> AdapterFiles.readReward(adapter.getParent(), GoldenModels.a()));
        Hostile.read(adapter.getParent(), () -> AdapterFiles.scoresTexts(adapter.getParent()));
        Hostile.read(adapter.getParent(), () -> AdapterFiles.warnings(adapter.getParent(), NOW));

        Path fingerprint = Hostile.file(folder.resolve("fingerprint"), Fingerprint.NAME, json);
        Hostile.read(fingerprint, () -> NOW.differences(fingerprint.getParent()));
    }

    /** What is read can be counted and written, and opening with weights of another shape ends before they are read. */
    private static void config(Path file) {
        Hostile.read(file, () -> {
            ModelConfig config = ConfigFile.read(file);
            assertThat(config.parameterCount()).isPositive();
            assertThat(ParameterSpec.of(config)).allMatch(spec -> spec.count() > 0);
            assertThat(ConfigFile.parse(file, ConfigFile.write(config, "float32"))
                            .parameterCount())
                    .isEqualTo(config.parameterCount());
        });
        Hostile.read(file.getParent(), () -> Checkpoint.openAny(file.getParent()));
    }
}
