package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.RopeSpec.PairLayout;

/** GLM-4-0414 (Zhipu AI, 2025): a sandwich of norms, one map for gate and up, and interleaved pairs in half of a head. */
record Glm4(String modelType, String className, FamilyKeys keys) implements Architecture {
    Glm4() {
        this(
                "glm4",
                "Glm4ForCausalLM",
                FamilyKeys.of("{'attention_bias': true, 'partial_rotary_factor': 0.5,"
                        + " 'head_dim': 128, 'rms_norm_eps': 1.5625e-7}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        AttentionSpec rotated =
                llama.attention().withRope(config.rope().of(config.attention().headSize(), PairLayout.INTERLEAVED));
        return llama.spec(
                NormForm.NARROW,
                "input_layernorm",
                "post_self_attn_layernorm",
                "post_attention_layernorm",
                "post_mlp_layernorm",
                config.attention().biased() ? rotated.withInputBiases() : rotated,
                llama.fusedGated());
    }
}
