package dev.hone.model.architecture;

import dev.hone.model.layer.LayerSpec;

/** Ministral 3 (2025), the text model of Mistral 3: Mistral with YaRN, and queries that grow with their position. */
record Ministral3(String modelType, String className, FamilyKeys keys) implements Architecture {
    Ministral3() {
        this(
                "ministral3",
                "Ministral3ForCausalLM",
                FamilyKeys.of("{'sliding_window': null, 'head_dim': 128, 'rms_norm_eps': 1e-5,"
                        + " 'rope_theta': 1000000, 'rope_parameters': {'rope_type': 'yarn', 'rope_theta': 1000000, 'factor': 16,"
                        + " 'original_max_position_embeddings': 16384, 'beta_fast': 32, 'beta_slow': 1, 'mscale': 1,"
                        + " 'mscale_all_dim': 1, 'llama_4_scaling_beta': 0.1}}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.preNorm(llama.attention().withWindow(config.attention().window()), llama.gated());
    }
}
