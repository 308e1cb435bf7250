package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.LayerSpec;

/** Ministral 8B (2024): Mistral, with a window in the layers that its configuration names. */
record Ministral(String modelType, String className, FamilyKeys keys) implements Architecture {
    Ministral() {
        this("ministral", "MinistralForCausalLM", FamilyKeys.of("{'sliding_window': 4096, 'layer_types': null}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        boolean slides = config.keys().isSliding(index, config.layers(), true);
        int window = slides ? config.attention().window() : AttentionForm.UNBOUNDED;
        return llama.preNorm(llama.attention().withWindow(window), llama.gated());
    }
}
