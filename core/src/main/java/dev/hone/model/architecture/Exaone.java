package dev.hone.model.architecture;

import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.NormSpec;
import java.util.List;
import java.util.Map;

/** EXAONE 3.0 and 3.5 (LG AI Research, 2024): Llama under other names. */
record Exaone(String modelType, String className, FamilyKeys keys) implements Architecture {
    Exaone() {
        this(
                "exaone",
                "ExaoneForCausalLM",
                FamilyKeys.of("{'attention_bias': false, 'bias': false, 'mlp_bias': false,"
                                + " 'logit_scale': 1.0, 'tie_word_embeddings': true}")
                        .spelling(Map.of(
                                "num_hidden_layers", "num_layers",
                                "rms_norm_eps", "layer_norm_epsilon",
                                "hidden_act", "activation_function"))
                        .ignoring("rotary_pct", "num_hidden_layers"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index).at("transformer.h." + index);
        int hidden = config.hidden();
        int inner = config.shape().intermediate();
        AttentionSpec attention = llama.attention("attn.attention.", "out_proj");
        boolean biased = config.attention().biased() || config.keys().flag("bias");
        GatedSpec gated = llama.gated(
                List.of(llama.linear("mlp.c_fc_0", hidden, inner), llama.linear("mlp.c_fc_1", hidden, inner)),
                llama.linear("mlp.c_proj", inner, hidden));
        return llama.spec(
                NormForm.NARROW, "ln_1", null, "ln_2", null, biased ? attention.withBiases() : attention, gated);
    }

    @Override
    public DecoderSpec decoder(ModelConfig config) {
        NormSpec norm = new NormSpec(
                "transformer.ln_f",
                config.hidden(),
                NormForm.NARROW,
                config.shape().normEpsilon());
        LogitForm logits = new LogitForm(config.keys().number("logit_scale"), 0);
        return new DecoderSpec("transformer", "transformer.wte", 1, norm, logits);
    }
}
