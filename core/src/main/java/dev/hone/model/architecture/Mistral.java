package dev.hone.model.architecture;

import dev.hone.model.layer.LayerSpec;

/** Mistral (Jiang et al., 2023): a sliding window in all layers, where the configuration has one, and no biases. */
record Mistral(String modelType, String className, FamilyKeys keys) implements Architecture {
    Mistral() {
        this("mistral", "MistralForCausalLM", FamilyKeys.of("{'sliding_window': 4096}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.preNorm(llama.attention().withWindow(config.attention().window()), llama.gated());
    }
}
