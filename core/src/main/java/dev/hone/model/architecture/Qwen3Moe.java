package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.ExpertShape;
import dev.hone.model.layer.FeedForwardSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;

/** Qwen3 with experts (Yang et al., 2025): the layers of Qwen3, with experts in place of the MLP of most. */
record Qwen3Moe(String modelType, String className, FamilyKeys keys) implements Architecture {
    Qwen3Moe() {
        this(
                "qwen3_moe",
                "Qwen3MoeForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'use_sliding_window': false, 'sliding_window': 4096,"
                                + " 'num_experts': 128, 'num_local_experts': null, 'num_experts_per_tok': 8,"
                                + " 'moe_intermediate_size': 768, 'decoder_sparse_step': 1, 'mlp_only_layers': [],"
                                + " 'norm_topk_prob': false}")
                        .ignoring("max_window_layers", "router_aux_loss_coef", "output_router_logits"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        boolean slides = config.keys().flag("use_sliding_window");
        AttentionSpec attention = llama.withHeadNorms(llama.biasedAttention(), NormForm.NARROW)
                .withWindow(slides ? config.attention().window() : AttentionForm.UNBOUNDED);
        return llama.preNorm(attention, feedForward(llama, config.keys(), index));
    }

    private static FeedForwardSpec feedForward(LlamaLayer llama, ConfigKeys keys, int index) {
        int experts = keys.integer("num_local_experts", keys.integer("num_experts", 0));
        boolean isDense = keys.lists("mlp_only_layers", index)
                || experts == 0
                || (index + 1) % keys.integer("decoder_sparse_step") != 0;
        return isDense
                ? llama.gated()
                : llama.experts(
                        "mlp.gate",
                        new ExpertShape(
                                experts,
                                keys.integer("num_experts_per_tok"),
                                keys.integer("moe_intermediate_size"),
                                keys.flag("norm_topk_prob")));
    }
}
