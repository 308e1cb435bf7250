package dev.hone.checkpoint;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.testkit.BentTensors;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint whose configuration has been given other numbers, and whose weights are almost those it needs. */
class CheckpointFuzzTest {
    private static final List<String> KEYS = List.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "max_position_embeddings",
            "rms_norm_eps",
            "rope_theta",
            "bos_token_id",
            "eos_token_id",
            "pad_token_id");
    private static final String SINGLE = "model.safetensors";
    private static final String SHARD = "model-00001-of-00001.safetensors";
    private static final String SHARDED = "{\"weight_map\":{\"model.norm.weight\":\"" + SHARD + "\"}}";

    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "15m")
    void folder(FuzzedDataProvider in) throws IOException {
        ModelConfig model = in.consumeBoolean() ? GoldenModels.a() : GoldenModels.c();
        var config = ConfigFile.write(model, "float32");
        for (int changes = in.consumeInt(0, 3); changes > 0; changes--) {
            String key = in.pickValue(KEYS);
            if (in.consumeBoolean()) {
                config.put(key, in.consumeInt(0, 70));
            } else if (in.consumeBoolean()) {
                config.put(key, in.consumeInt());
            } else {
                config.put(key, in.consumeDouble());
            }
        }
        JsonFiles.write(folder.resolve("config.json"), config);
        Path index = folder.resolve("model.safetensors.index.json");
        Files.deleteIfExists(index);
        boolean sharded = in.consumeInt(0, 15) == 0;
        if (sharded) {
            Files.deleteIfExists(folder.resolve(SINGLE)); // beside which no index is read
            Files.writeString(index, SHARDED);
        }
        Map<String, long[]> wanted = new LinkedHashMap<>();
        ParameterSpec.of(model).forEach(spec -> wanted.put(spec.name(), spec.shape()));
        Hostile.file(folder, sharded ? SHARD : SINGLE, BentTensors.file(wanted, in));
        Hostile.read(folder, () -> {
            Checkpoint checkpoint = Checkpoint.open(folder);
            checkpoint.unusedWeights();
            checkpoint.storedType();
            checkpoint.endOfText();
            checkpoint.model(WeightPlacement.frozen(DType.F32));
        });
    }
}
