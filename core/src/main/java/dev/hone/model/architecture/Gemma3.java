package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;
import java.util.Map;

/** Gemma 3 (Gemma Team, 2025), its text model: as Gemma 2 with norms of heads and no caps; layers within the window have a rotation of their own. */
record Gemma3(String modelType, String className, FamilyKeys keys) implements Architecture {
    Gemma3() {
        this(
                "gemma3_text",
                "Gemma3ForCausalLM",
                FamilyKeys.of(
                                "{'vocab_size': 262208,"
                                        + " 'num_attention_heads': 8, 'num_key_value_heads': 4, 'max_position_embeddings': 131072,"
                                        + " 'attention_bias': false, 'sliding_window': 4096,"
                                        + " 'layer_types': null, 'sliding_window_pattern': 6, 'query_pre_attn_scalar': 256, 'head_dim': 256,"
                                        + " 'rope_local_base_freq': 10000, 'rope_theta': 1000000, 'attn_logit_softcapping': null,"
                                        + " 'final_logit_softcapping': null, 'tie_word_embeddings': true, 'hidden_act': 'gelu_pytorch_tanh'}")
                        .spelling(Map.of("hidden_act", "hidden_activation"))
                        .ignoring("hidden_act"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        boolean otherwise = (index + 1) % config.keys().integer("sliding_window_pattern") != 0;
        boolean slides = config.keys().isSliding(index, config.layers(), otherwise);
        AttentionSpec full = llama.withHeadNorms(llama.biasedAttention(), NormForm.ZERO_CENTRED)
                .withScale(1 / Math.sqrt(config.keys().number("query_pre_attn_scalar")))
                .withCap(config.keys().number("attn_logit_softcapping", 0));
        AttentionSpec sliding = full.withWindow(config.attention().window())
                .withRope(config.slidingRope(config.keys().number("rope_local_base_freq")));
        return llama.sandwich(NormForm.ZERO_CENTRED, slides ? sliding : full, llama.gated());
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        return Gemma2.ends(config);
    }
}
