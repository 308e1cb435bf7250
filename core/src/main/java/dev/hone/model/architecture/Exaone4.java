package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;

/** EXAONE 4 (LG AI Research, 2025): norms after both parts and of heads; where some layers have a window, the others do not rotate. */
record Exaone4(String modelType, String className, FamilyKeys keys) implements Architecture {
    Exaone4() {
        this(
                "exaone4",
                "Exaone4ForCausalLM",
                FamilyKeys.of("{'sliding_window': 4096, 'sliding_window_pattern': 4,"
                        + " 'layer_types': null, 'rms_norm_eps': 1e-5}"));
    }

    @Override
    public LayerSpec layer(ModelConfig config, int index) {
        LlamaLayer llama = new LlamaLayer(config, index);
        int window = config.attention().window();
        AttentionSpec full = llama.withHeadNorms(llama.attention(), NormForm.NARROW);
        AttentionSpec placed = window == AttentionForm.UNBOUNDED
                ? full
                : slides(config, index) ? full.withWindow(window) : full.withRope(null);
        return llama.postNorm(NormForm.NARROW, placed, llama.gated());
    }

    /** The pattern is a number, every so many layers one is full, or a word such as LLLG that is repeated. */
    private static boolean slides(ModelConfig config, int index) {
        JsonNode pattern = config.keys().at("sliding_window_pattern");
        boolean otherwise = pattern.isTextual()
                ? pattern.asText().charAt(index % pattern.asText().length()) == 'L'
                : (index + 1) % config.keys().integer("sliding_window_pattern") != 0;
        return config.keys().isSliding(index, config.layers(), otherwise);
    }
}
