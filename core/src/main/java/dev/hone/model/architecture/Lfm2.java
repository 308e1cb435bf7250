package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.MixerSpec;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.NormSpec;
import dev.hone.model.layer.ShortConvolutionSpec;
import dev.hone.model.layer.WeightSpec;
import java.util.List;
import java.util.Map;

/** LFM2 (Liquid AI, 2025): short convolutions in most layers, Qwen3's attention in the others. */
record Lfm2(String modelType, String className, FamilyKeys keys) implements Architecture {
    Lfm2() {
        this(
                "lfm2",
                "Lfm2ForCausalLM",
                FamilyKeys.of("{'rms_norm_eps': 1e-5, 'rope_theta': 1000000.0, 'tie_word_embeddings': true,"
                                + " 'layer_types': null, 'full_attn_idxs': null, 'conv_L_cache': 3, 'conv_bias': false,"
                                + " 'block_auto_adjust_ff_dim': true, 'block_multiple_of': 256,"
                                + " 'block_ffn_dim_multiplier': 1.0, 'block_ff_dim': null, 'tie_embedding': null}")
                        .spelling(Map.of("rms_norm_eps", "norm_eps"))
                        .ignoring(
                                "block_dim",
                                "block_mlp_init_scale",
                                "block_norm_eps",
                                "block_out_init_scale",
                                "block_use_swiglu",
                                "block_use_xavier_init",
                                "conv_dim",
                                "conv_dim_out",
                                "conv_use_xavier_init",
                                "theta",
                                "use_pos_enc",
                                "num_heads"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        MixerSpec mixer = attends(config, index) ? attention(llama) : convolution(llama, config);
        int inner = inner(config);
        GatedSpec gated = llama.gated(
                List.of(
                        llama.linear("feed_forward.w1", config.hidden(), inner),
                        llama.linear("feed_forward.w3", config.hidden(), inner)),
                llama.linear("feed_forward.w2", inner, config.hidden()));
        return llama.spec(NormForm.NARROW, "operator_norm", null, "ffn_norm", null, mixer, gated);
    }

    private static AttentionSpec attention(LlamaLayer llama) {
        int size = llama.config().attention().headSize();
        return llama.attention("self_attn.", "out_proj")
                .withNorms(
                        llama.norm("self_attn.q_layernorm", size, NormForm.NARROW),
                        llama.norm("self_attn.k_layernorm", size, NormForm.NARROW));
    }

    private static ShortConvolutionSpec convolution(LlamaLayer llama, ModelConfig config) {
        int hidden = config.hidden();
        boolean biased = config.keys().flag("conv_bias");
        ShortConvolutionSpec plain = new ShortConvolutionSpec(
                llama.linear("conv.in_proj", hidden, 3 * hidden),
                new WeightSpec(
                        llama.path() + ".conv.conv.weight",
                        hidden,
                        1,
                        config.keys().integer("conv_L_cache")),
                biased ? new WeightSpec(llama.path() + ".conv.conv.bias", hidden) : null,
                llama.linear("conv.out_proj", hidden, hidden));
        return biased ? plain.withBiases() : plain;
    }

    private static boolean attends(ModelConfig config, int index) {
        ConfigKeys keys = config.keys();
        boolean listed = !keys.has("full_attn_idxs") || keys.lists("full_attn_idxs", index);
        return keys.ofLayer("layer_types", index, config.layers())
                .map(JsonNode::asText)
                .map("full_attention"::equals)
                .orElse(listed);
    }

    private static int inner(ModelConfig config) {
        ConfigKeys keys = config.keys();
        int width = keys.integer("block_ff_dim", config.shape().intermediate());
        if (!keys.flag("block_auto_adjust_ff_dim")) {
            return width;
        }
        int adjusted = 2 * width / 3;
        if (keys.has("block_ffn_dim_multiplier")) {
            adjusted = (int) (keys.number("block_ffn_dim_multiplier") * adjusted);
            int grain = keys.integer("block_multiple_of");
            adjusted = (adjusted + grain - 1) / grain * grain;
        }
        return adjusted;
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return new DecoderSpec(
                "model",
                "model.embed_tokens",
                1,
                new NormSpec(
                        "model.embedding_norm",
                        config.hidden(),
                        NormForm.NARROW,
                        config.shape().normEpsilon()),
                LogitForm.PLAIN);
    }
}
