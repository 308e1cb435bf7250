package dev.hone.data.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * Halves of surrogate pairs, which JSON can escape and UTF-8 cannot hold: what cuts texts by UTF-16 units leaves them behind. They are
 * read as U+FFFD, as the tokenizer reads them.
 */
public final class LoneSurrogates {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern ESCAPED = Pattern.compile("\\\\u[dD][89a-fA-F]");

    private LoneSurrogates() {}

    /** Whether JSON has an escaped surrogate at all. */
    public static boolean mayBeIn(String json) {
        return ESCAPED.matcher(json).find();
    }

    /** The same value with U+FFFD in place of every half. */
    public static JsonNode replaced(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JSON.objectNode();
            object.properties().forEach(field -> copy.set(replaced(field.getKey()), replaced(field.getValue())));
            return copy;
        } else if (value instanceof ArrayNode list) {
            ArrayNode copy = JSON.arrayNode(list.size());
            list.forEach(item -> copy.add(replaced(item)));
            return copy;
        }
        return value.isTextual() ? JSON.textNode(replaced(value.asText())) : value;
    }

    private static String replaced(String text) {
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? '\uFFFD' : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
