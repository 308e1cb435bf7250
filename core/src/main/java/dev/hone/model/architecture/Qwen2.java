package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.LayerSpec;

/** Qwen2 and Qwen2.5 (Yang et al., 2024): biases on queries, keys and values, nowhere else. */
record Qwen2(String modelType, String className, FamilyKeys keys) implements Architecture {
    Qwen2() {
        this(
                "qwen2",
                "Qwen2ForCausalLM",
                FamilyKeys.of("{'use_sliding_window': false, 'sliding_window': 4096,"
                        + " 'max_window_layers': 28, 'layer_types': null}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.preNorm(llama.attention().withInputBiases().withWindow(window(config, index)), llama.gated());
    }

    /** Where a switch says so, upper layers have one. */
    static int window(ModelConfig config, int index) {
        ConfigKeys keys = config.keys();
        boolean slides = keys.isSliding(index, config.layers(), index >= keys.integer("max_window_layers", 0));
        return keys.flag("use_sliding_window") && slides ? config.attention().window() : AttentionForm.UNBOUNDED;
    }
}
