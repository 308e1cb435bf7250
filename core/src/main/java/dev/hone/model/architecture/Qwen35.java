package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.DeltaShape;
import dev.hone.model.layer.GatedDeltaSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.MixerSpec;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.WeightSpec;

/** Qwen3.5: a gated delta rule in three of four layers, attention with a gate in the others. */
record Qwen35(String modelType, String className, FamilyKeys keys) implements Architecture {
    private static final NormForm FORM = NormForm.ZERO_CENTRED;

    Qwen35() {
        this(
                "qwen3_5_text",
                "Qwen3_5ForCausalLM",
                FamilyKeys.of("{'head_dim': 256, 'attention_bias': false, 'partial_rotary_factor': 0.25,"
                                + " 'layer_types': null, 'full_attention_interval': 4, 'linear_conv_kernel_dim': 4,"
                                + " 'linear_key_head_dim': 128, 'linear_value_head_dim': 128,"
                                + " 'linear_num_key_heads': 16, 'linear_num_value_heads': 32}")
                        .ignoring(
                                "attn_output_gate",
                                "mamba_ssm_dtype",
                                "mlp_only_layers",
                                "mtp_num_hidden_layers",
                                "mtp_use_dedicated_embeddings"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        MixerSpec mixer = attends(config, index) ? attention(llama) : delta(llama, config.keys());
        return llama.spec(FORM, "input_layernorm", null, "post_attention_layernorm", null, mixer, llama.gated());
    }

    private static boolean attends(ModelConfig config, int index) {
        boolean otherwise = (index + 1) % config.keys().integer("full_attention_interval") == 0;
        return config.keys()
                .ofLayer("layer_types", index, config.layers())
                .map(JsonNode::asText)
                .map("full_attention"::equals)
                .orElse(otherwise);
    }

    private static AttentionSpec attention(LlamaLayer llama) {
        return llama.withHeadNorms(llama.biasedAttention(), FORM).withGate();
    }

    private static GatedDeltaSpec delta(LlamaLayer llama, ConfigKeys keys) {
        int hidden = llama.config().hidden();
        DeltaShape heads = new DeltaShape(
                keys.integer("linear_num_key_heads"),
                keys.integer("linear_num_value_heads"),
                keys.integer("linear_key_head_dim"),
                keys.integer("linear_value_head_dim"));
        int mixed = 2 * heads.keyWidth() + heads.valueWidth();
        String module = llama.path() + ".linear_attn.";
        return new GatedDeltaSpec(
                heads,
                llama.linear("linear_attn.in_proj_qkv", hidden, mixed),
                llama.linear("linear_attn.in_proj_z", hidden, heads.valueWidth()),
                llama.linear("linear_attn.in_proj_b", hidden, heads.valueHeads()),
                llama.linear("linear_attn.in_proj_a", hidden, heads.valueHeads()),
                llama.linear("linear_attn.out_proj", heads.valueWidth(), hidden),
                new WeightSpec(module + "conv1d.weight", mixed, 1, keys.integer("linear_conv_kernel_dim")),
                new WeightSpec(module + "A_log", heads.valueHeads()),
                new WeightSpec(module + "dt_bias", heads.valueHeads()),
                llama.norm("linear_attn.norm", heads.valueSize(), NormForm.NARROW));
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, FORM);
    }
}
