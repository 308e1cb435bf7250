package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;

/** OLMo 2 (Ai2, 2024): norms after both parts and none before, and over all queries and all keys together. */
record Olmo2(String modelType, String className, FamilyKeys keys) implements Architecture {
    Olmo2() {
        this("olmo2", "Olmo2ForCausalLM", FamilyKeys.of("{'attention_bias': false, 'rms_norm_eps': 1e-5}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        return llama.postNorm(NormForm.WIDE, attention(llama), llama.gated());
    }

    static AttentionSpec attention(LlamaLayer llama) {
        AttentionSpec plain = llama.attention();
        boolean biased = llama.config().attention().biased();
        return llama.withWholeNorms(biased ? plain.withInputBiases() : plain, NormForm.WIDE);
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.WIDE);
    }
}
