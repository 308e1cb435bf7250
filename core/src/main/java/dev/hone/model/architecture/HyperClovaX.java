package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.NormForm;

/** HyperCLOVA X SEED (NAVER, 2025): Llama with factors on embeddings, attention, blocks and logits, and norms after blocks. */
record HyperClovaX(String modelType, String className, FamilyKeys keys) implements Architecture {
    HyperClovaX() {
        this(
                "hyperclovax",
                "HyperCLOVAXForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'mlp_bias': false,"
                        + " 'embedding_multiplier': 1.0, 'residual_multiplier': 1.0, 'attention_multiplier': null,"
                        + " 'logits_scaling': 1.0, 'use_post_norm': true}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        ConfigKeys keys = config.keys();
        AttentionSpec plain = llama.biasedAttention();
        AttentionSpec attention =
                plain.withScale(keys.number("attention_multiplier", plain.form().scale()));
        String after = keys.flag("use_post_norm") ? "post_norm" : null;
        return llama.spec(
                        NormForm.NARROW,
                        "input_layernorm",
                        after == null ? null : after + 1,
                        "post_attention_layernorm",
                        after == null ? null : after + 2,
                        attention,
                        llama.gated())
                .withResidualScale(keys.number("residual_multiplier"));
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.NARROW)
                .withEmbeddingFactor(config.keys().number("embedding_multiplier"))
                .withLogits(new LogitForm(config.keys().number("logits_scaling"), 0));
    }
}
