package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The configuration of a model for texts and images, which holds that of its text model under {@code text_config}: only the latter is
 * computed here.
 */
final class WrappedConfig {
    private static final String TEXT = "text_config";

    private WrappedConfig() {}

    /** Whether a file describes such a model. */
    static boolean isWrapped(ObjectNode root) {
        return root.path(TEXT).isObject();
    }

    /** The text model's own object; the file's where it wraps none. Whether its head is tied, the wrapper says. */
    static ObjectNode text(ObjectNode root) {
        if (!(root.path(TEXT) instanceof ObjectNode inner)) {
            return root;
        }
        ObjectNode text = inner.deepCopy();
        JsonNode tied = root.path("tie_word_embeddings");
        text.set("tie_word_embeddings", tied.isBoolean() ? tied : text.path("tie_word_embeddings").isBoolean()
                ? text.path("tie_word_embeddings")
                : text.booleanNode(true));
        for (String key : new String[] {"torch_dtype", "dtype", "bos_token_id", "eos_token_id", "pad_token_id"}) {
            if (!text.hasNonNull(key) && root.hasNonNull(key)) {
                text.set(key, root.path(key));
            }
        }
        return text;
    }
}
