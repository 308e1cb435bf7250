package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.Metadata;

/** The keys that some families have and others do not. What llama.cpp has fixed in its code is required, not written. */
enum OwnKeys {
    NONE,

    /** Windows in five of six layers, which rotate with a base of 10000; norms of heads. */
    GEMMA3 {
        @Override
        void write(JsonNode config, int headSize, Metadata to) {
            require(config, "query_pre_attn_scalar", headSize, 256);
            require(config, "rope_local_base_freq", 10_000, 10_000);
            require(config.path("rope_parameters").path("sliding_attention"), "rope_theta", 10_000, 10_000);
            require(config, "sliding_window_pattern", 6, 6);
            requireWindows(config, 6);
            for (String cap : new String[] {"attn_logit_softcapping", "final_logit_softcapping"}) {
                require(config, cap, 0, 0);
            }
            to.put(
                    "gemma3.attention.sliding_window",
                    config.path("sliding_window").asInt(4096));
        }

        @Override
        void read(Metadata from, Family family, int headSize, ObjectNode config) {
            gemma(from, family, headSize, config);
            config.put("rope_local_base_freq", 10_000.0).put("sliding_window_pattern", 6);
        }
    },

    /** Windows in every other layer, and soft caps. */
    GEMMA2 {
        @Override
        void write(JsonNode config, int headSize, Metadata to) {
            require(config, "query_pre_attn_scalar", headSize, 256);
            to.put(
                            "gemma2.attention.sliding_window",
                            config.path("sliding_window").asInt(4096))
                    .put("gemma2.attn_logit_softcapping", (float)
                            config.path("attn_logit_softcapping").asDouble(50))
                    .put("gemma2.final_logit_softcapping", (float)
                            config.path("final_logit_softcapping").asDouble(30));
        }

        @Override
        void read(Metadata from, Family family, int headSize, ObjectNode config) {
            gemma(from, family, headSize, config);
            config.put(
                    "attn_logit_softcapping",
                    from.number("gemma2.attn_logit_softcapping").orElse(50.0));
            config.put(
                    "final_logit_softcapping",
                    from.number("gemma2.final_logit_softcapping").orElse(30.0));
        }
    },

    /** A window in all layers, where there is one. */
    PHI3 {
        @Override
        void write(JsonNode config, int headSize, Metadata to) {
            int context = config.path("max_position_embeddings").asInt(2048);
            to.put(
                            "phi3.attention.sliding_window",
                            config.path("sliding_window").asInt(context))
                    .put(
                            "phi3.rope.scaling.original_context_length",
                            config.path("original_max_position_embeddings").asInt(context));
        }

        @Override
        void read(Metadata from, Family family, int headSize, ObjectNode config) {
            from.integer("phi3.attention.sliding_window").ifPresent(window -> config.put("sliding_window", window));
            from.integer("phi3.rope.scaling.original_context_length")
                    .ifPresent(context -> config.put("original_max_position_embeddings", context));
        }
    };

    /** Puts them; {@link CheckpointException} where llama.cpp has something else fixed. */
    void write(JsonNode config, int headSize, Metadata to) {}

    /** Puts their keys into a config.json. */
    void read(Metadata from, Family family, int headSize, ObjectNode config) {}

    private static void gemma(Metadata from, Family family, int headSize, ObjectNode config) {
        config.put("query_pre_attn_scalar", headSize);
        config.put(
                "sliding_window",
                from.integer(family.key("attention.sliding_window")).orElse(4096));
        config.put("hidden_activation", "gelu_pytorch_tanh").put("hidden_act", "gelu_pytorch_tanh");
    }

    /** All layers but every so many-th within the window. */
    private static void requireWindows(JsonNode config, int every) {
        for (int i = 0; i < config.path("layer_types").size(); i++) {
            String fixed = (i + 1) % every == 0 ? "full_attention" : "sliding_attention";
            String stated = config.path("layer_types").path(i).asText();
            if (!stated.equals(fixed)) {
                throw new CheckpointException("layer_types (" + stated + " at " + i
                        + ") is not written as GGUF: llama.cpp computes layer " + i + " of this family with " + fixed);
            }
        }
    }

    private static void require(JsonNode config, String key, double fixed, double absent) {
        double stated = config.path(key).asDouble(absent);
        if (stated != fixed) {
            throw new CheckpointException(
                    key + " (" + stated + ") is not written as GGUF: llama.cpp computes this family" + " with " + fixed
                            + " whatever a file says");
        }
    }
}
