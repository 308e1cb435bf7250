package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.LayerSpec;

/** SmolLM3 (Hugging Face, 2025): Llama, with layers that do not rotate. */
record SmolLm3(String modelType, String className, FamilyKeys keys) implements Architecture {
    SmolLm3() {
        this(
                "smollm3",
                "SmolLM3ForCausalLM",
                FamilyKeys.of(
                                "{'attention_bias': false, 'mlp_bias': false,"
                                        + " 'no_rope_layers': null, 'no_rope_layer_interval': 4, 'use_sliding_window': false,"
                                        + " 'sliding_window': null, 'layer_types': null, 'rope_theta': 2000000, 'tie_word_embeddings': true}")
                        .ignoring("max_window_layers"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        ConfigKeys keys = config.keys();
        boolean rotates = keys.ofLayer("no_rope_layers", index, config.layers())
                .map(JsonNode::asInt)
                .map(entry -> entry != 0)
                .orElse((index + 1) % keys.integer("no_rope_layer_interval") != 0);
        boolean slides = keys.flag("use_sliding_window") && keys.isSliding(index, config.layers(), !rotates);
        AttentionSpec attention =
                llama.biasedAttention().withWindow(slides ? config.attention().window() : AttentionForm.UNBOUNDED);
        return llama.preNorm(rotates ? attention : attention.withRope(null), llama.gated());
    }
}
