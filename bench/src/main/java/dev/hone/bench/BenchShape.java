package dev.hone.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.CompanionFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shape that is measured: Qwen2.5-0.5B's, with random weights, which cost the same as trained ones. */
final class BenchShape {
    private static final long SEED = 0;

    private BenchShape() {}

    /**
     * Writes a checkpoint in bf16 (1 GB) unless it exists.
     *
     * @param tokenizer folder whose tokenizer is copied
     */
    static void write(Path folder, Path tokenizer) throws IOException {
        if (Files.exists(folder.resolve("model.safetensors"))) {
            return;
        }
        AtomicFolder.write(folder, made -> {
            JsonFiles.write(made.resolve("config.json"), config());
            ModelConfig config = Checkpoint.configOf(made);
            Initialisation weights = new Initialisation(config.initializerRange(), SEED);
            LanguageModel model = new LanguageModel(config, weights, WeightPlacement.frozen(DType.BF16));
            CheckpointWriter.write(made, model, DType.BF16);
            CompanionFiles.in(tokenizer).copyTo(made);
        });
    }

    /** The shape alone, with another number of layers. */
    static ModelConfig withLayers(int layers, Path folder) throws IOException {
        Path named = folder.resolve("layers-" + layers);
        Files.createDirectories(named);
        JsonFiles.write(named.resolve("config.json"), config().put("num_hidden_layers", layers));
        return Checkpoint.configOf(named);
    }

    private static ObjectNode config() {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "qwen2")
                .put("vocab_size", 151_936)
                .put("hidden_size", 896)
                .put("intermediate_size", 4_864)
                .put("num_hidden_layers", 24)
                .put("num_attention_heads", 14)
                .put("num_key_value_heads", 2)
                .put("max_position_embeddings", 32_768)
                .put("rms_norm_eps", 1e-6)
                .put("rope_theta", 1e6)
                .put("tie_word_embeddings", true)
                .put("torch_dtype", "bfloat16");
        config.putArray("architectures").add("Qwen2ForCausalLM");
        return config;
    }
}
