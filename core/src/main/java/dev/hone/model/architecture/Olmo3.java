package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;

/** OLMo 3 (Ai2, 2025): OLMo 2 with a window in three layers of four, whose rotation is not scaled. */
record Olmo3(String modelType, String className, FamilyKeys keys) implements Architecture {
    Olmo3() {
        this(
                "olmo3",
                "Olmo3ForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'sliding_window': 4096,"
                        + " 'layer_types': null, 'rope_theta': 500000, 'rms_norm_eps': 1e-5}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        AttentionSpec full = Olmo2.attention(llama);
        AttentionSpec sliding = full.withWindow(config.attention().window())
                .withRope(config.slidingRope(config.rope().theta()));
        boolean slides = config.keys().isSliding(index, config.layers(), (index + 1) % 4 != 0);
        return llama.postNorm(NormForm.WIDE, slides ? sliding : full, llama.gated());
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.WIDE);
    }
}
