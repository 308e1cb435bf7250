package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model for texts and images, as far as its files are those of its text model: {@code config.json} holds that of the text model under
 * {@code text_config}, and the names of its weights something before the usual ones. Only the text model is computed here.
 */
final class WrappedConfig {
    private static final String TEXT = "text_config";

    /** What other parts of such models are called, which texts do not need. */
    private static final Pattern OTHER_PARTS =
            Pattern.compile("(model\\.)?(visual|vision_tower|vision_model|audio_tower|embed_vision"
                    + "|embed_audio|multi_modal_projector)\\..*|mtp\\..*");

    private static final Pattern LAYERS = Pattern.compile("^(model\\.language_model|language_model\\.model)\\.");

    private static final Pattern HEAD = Pattern.compile("^language_model\\.(?=lm_head\\.)");

    private WrappedConfig() {}

    /** The name in the text model of a weight or module that such a model has; itself where it is the usual one. */
    static String textName(String name) {
        return HEAD.matcher(LAYERS.matcher(name).replaceFirst("model.")).replaceFirst("");
    }

    /** What a module of the text model may be called in such models. */
    static List<String> names(String module) {
        return module.startsWith("model.")
                ? List.of(
                        module,
                        "model.language_model." + module.substring("model.".length()),
                        "language_model." + module)
                : List.of(module);
    }

    /** Whether a weight belongs to another part than the text model. */
    static boolean isOfAnotherPart(String name) {
        return OTHER_PARTS.matcher(name).matches();
    }

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
        text.set(
                "tie_word_embeddings",
                tied.isBoolean()
                        ? tied
                        : text.path("tie_word_embeddings").isBoolean()
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
