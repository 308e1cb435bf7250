package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.LayerSpec;
import java.util.List;

/** Phi-3, Phi-3.5 and Phi-4 (Microsoft, 2024): Llama with one map for queries, keys and values, and one for gate and up; part of a head is rotated. */
record Phi3(String modelType, String className, FamilyKeys keys) implements Architecture {
    Phi3() {
        this(
                "phi3",
                "Phi3ForCausalLM",
                FamilyKeys.of("{'sliding_window': null, 'partial_rotary_factor': 1.0,"
                                + " 'original_max_position_embeddings': null, 'rms_norm_eps': 1e-5}")
                        .ignoring("full_attn_mod", "interpolate_factor"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        AttentionSpec apart = llama.attention().withWindow(config.attention().window());
        int width = config.attention().queryWidth() + 2 * config.attention().keyWidth();
        AttentionSpec fused =
                apart.with(List.of(llama.linear("self_attn.qkv_proj", config.hidden(), width)), apart.output());
        return llama.preNorm(fused, llama.fusedGated());
    }
}
