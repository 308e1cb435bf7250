package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.NormForm;

/** Granite 3 (IBM, 2024): Llama with factors on embeddings, attention, blocks and logits. */
record Granite(String modelType, String className, FamilyKeys keys) implements Architecture {
    Granite() {
        this(
                "granite",
                "GraniteForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'mlp_bias': false,"
                        + " 'embedding_multiplier': 1.0, 'residual_multiplier': 1.0, 'attention_multiplier': 1.0,"
                        + " 'logits_scaling': 1.0}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        AttentionSpec attention =
                llama.biasedAttention().withScale(config.keys().number("attention_multiplier"));
        return llama.preNorm(attention, llama.gated())
                .withResidualScale(config.keys().number("residual_multiplier"));
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.NARROW)
                .withEmbeddingFactor(config.keys().number("embedding_multiplier"))
                .withLogits(new LogitForm(1 / config.keys().number("logits_scaling"), 0));
    }
}
