package dev.hone.model.architecture;

import java.util.List;

/** Mistral (Jiang et al., 2023): a sliding window in all layers, where the configuration has one, and no biases. */
record Mistral() implements Architecture {
    @Override
    public String modelType() {
        return "mistral";
    }

    @Override
    public String className() {
        return "MistralForCausalLM";
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        return LayerSpec.PRE_NORM.withWindow(config.attention().window());
    }

    @Override
    public List<String> ownKeys() {
        return List.of("sliding_window");
    }
}
