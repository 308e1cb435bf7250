package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as plain Java values, in the order of the file. */
final class JsonValues {
    private JsonValues() {}

    static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            return object(node);
        } else if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>(node.size());
            node.forEach(item -> items.add(plain(item)));
            return Collections.unmodifiableList(items);
        } else if (node.isTextual()) {
            return node.asText();
        } else if (node.isBoolean()) {
            return node.asBoolean();
        } else if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
        }
        return node.isNumber() ? node.doubleValue() : null;
    }

    static Map<String, Object> object(JsonNode node) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
        return frozen(fields);
    }

    /** An unmodifiable copy that keeps order and nulls. */
    @SuppressWarnings("NullAway") // values may be null, which a map of objects cannot say
    static Map<String, Object> frozen(Map<String, ? extends @Nullable Object> fields) {
        return Collections.unmodifiableMap(new LinkedHashMap<String, Object>(fields));
    }

    static String excerpt(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
