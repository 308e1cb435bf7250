package dev.hone.model.architecture;

import dev.hone.model.layer.Activation;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.ExpertShape;
import dev.hone.model.layer.ExpertStacking;
import dev.hone.model.layer.ExpertsSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.WeightSpec;

/** gpt-oss (Agarwal et al., 2025): experts with a clamped gate, attention with sinks, biases everywhere, a window in every other layer. */
record GptOss(String modelType, String className, FamilyKeys keys) implements Architecture {
    GptOss() {
        this(
                "gpt_oss",
                "GptOssForCausalLM",
                FamilyKeys.of("{'head_dim': 64, 'rms_norm_eps': 1e-5, 'rope_theta': 150000.0, 'sliding_window': 128,"
                                + " 'layer_types': null, 'attention_bias': true, 'num_local_experts': 128,"
                                + " 'num_experts_per_tok': 4}")
                        .ignoring(
                                "swiglu_limit",
                                "experts_per_token",
                                "initial_context_length",
                                "router_aux_loss_coef",
                                "output_router_logits"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        boolean slides = config.keys().isSliding(index, config.layers(), index % 2 == 0);
        AttentionSpec attention = llama.biasedAttention()
                .withSinks(new WeightSpec(
                        llama.path() + ".self_attn.sinks", config.attention().heads()))
                .withWindow(slides ? config.attention().window() : AttentionForm.UNBOUNDED);
        ExpertShape shape = new ExpertShape(
                config.keys().integer("num_local_experts"),
                config.keys().integer("num_experts_per_tok"),
                config.shape().intermediate(),
                true);
        ExpertsSpec experts = llama.experts("mlp.router", shape).withBiases(Activation.CLAMPED);
        return llama.spec(NormForm.WIDE, "input_layernorm", null, "post_attention_layernorm", null, attention, experts);
    }

    @Override
    public ExpertStacking stacking() {
        return ExpertStacking.ALTERNATING_COLUMNS;
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.WIDE);
    }
}
