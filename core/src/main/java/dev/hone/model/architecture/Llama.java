package dev.hone.model.architecture;

import dev.hone.model.layer.LayerSpec;

/** Llama 2 and 3 (Touvron et al., 2023): no biases unless the configuration asks for them. */
record Llama(String modelType, String className, FamilyKeys keys) implements Architecture {
    Llama() {
        this(
                "llama",
                "LlamaForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'mlp_bias': false}").ignoring("sliding_window"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.preNorm(llama.biasedAttention(), llama.gated());
    }
}
