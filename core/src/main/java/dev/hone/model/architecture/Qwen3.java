package dev.hone.model.architecture;

import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;

/** Qwen3 (Yang et al., 2025): queries and keys are normalised head by head; no biases unless the configuration asks for them. */
record Qwen3(String modelType, String className, FamilyKeys keys) implements Architecture {
    Qwen3() {
        this(
                "qwen3",
                "Qwen3ForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'use_sliding_window': false,"
                        + " 'sliding_window': 4096, 'max_window_layers': 28, 'layer_types': null}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.preNorm(
                llama.withHeadNorms(llama.biasedAttention(), NormForm.NARROW).withWindow(Qwen2.window(config, index)),
                llama.gated());
    }
}
