package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.NormForm;
import java.util.Map;

/** Gemma 2 (Gemma Team, 2024): a sandwich of norms around both parts, every other layer within a window, and soft caps. */
record Gemma2(String modelType, String className, FamilyKeys keys) implements Architecture {
    Gemma2() {
        this(
                "gemma2",
                "Gemma2ForCausalLM",
                FamilyKeys.of(
                                "{'attention_bias': false, 'sliding_window': 4096,"
                                        + " 'layer_types': null, 'query_pre_attn_scalar': 256, 'attn_logit_softcapping': 50.0, 'head_dim': 256,"
                                        + " 'final_logit_softcapping': 30.0, 'tie_word_embeddings': true, 'hidden_act': 'gelu_pytorch_tanh'}")
                        .spelling(Map.of("hidden_act", "hidden_activation"))
                        .ignoring("hidden_act"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        boolean slides = config.keys().isSliding(index, config.layers(), index % 2 == 0);
        AttentionSpec attention = llama.biasedAttention()
                .withScale(1 / Math.sqrt(config.keys().number("query_pre_attn_scalar")))
                .withCap(config.keys().number("attn_logit_softcapping", 0))
                .withWindow(slides ? config.attention().window() : AttentionForm.UNBOUNDED);
        return llama.sandwich(NormForm.ZERO_CENTRED, attention, llama.gated());
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return ends(config);
    }

    static DecoderSpec ends(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.ZERO_CENTRED)
                .withEmbeddingFactor(Math.sqrt(config.hidden()))
                .withLogits(new LogitForm(1, config.keys().number("final_logit_softcapping", 0)));
    }
}
