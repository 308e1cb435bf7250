package dev.hone.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function that an assistant asks to be called. Immutable.
 *
 * @param id what the reply of the tool refers to, where the data has one
 * @param name name of the function
 * @param arguments its arguments by name: null, strings, numbers, booleans, lists and maps of these
 * @param written the arguments as the JSON text that the data has in place of an object; null: it has an object
 */
public record ToolCall(
        @Nullable String id,
        String name,
        Map<String, Object> arguments,
        @Nullable String written) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public ToolCall {
        arguments = JsonValues.frozen(arguments);
    }

    /** A call whose arguments are an object. */
    public ToolCall(@Nullable String id, String name, Map<String, Object> arguments) {
        this(id, name, arguments, null);
    }

    /**
     * Reads a call as OpenAI writes it. Arguments written as JSON inside a string are kept as text and opened too: some templates write the
     * text, and others print an object as JSON themselves.
     *
     * @throws IllegalArgumentException naming what is wrong and what is allowed
     */
    public static ToolCall from(JsonNode json) {
        JsonNode function = json.has("function") ? json.get("function") : json;
        if (!function.isObject() || !function.path("name").isTextual()) {
            throw new IllegalArgumentException("tool call (%s) has no function name; it should look like %s"
                    .formatted(JsonValues.excerpt(json), "{\"function\": {\"name\": \"f\", \"arguments\": {}}}"));
        }
        JsonNode id = json.path("id");
        String name = function.get("name").asText();
        JsonNode given = function.get("arguments");
        return new ToolCall(
                id.isTextual() ? id.asText() : null,
                name,
                arguments(name, given),
                given != null && given.isTextual() ? given.asText() : null);
    }

    private static Map<String, Object> arguments(String name, @Nullable JsonNode given) {
        if (given == null || given.isNull()) {
            return Map.of();
        }
        JsonNode opened = given;
        if (given.isTextual()) {
            try {
                opened = given.asText().isBlank() ? JSON.createObjectNode() : JSON.readTree(given.asText());
            } catch (JsonProcessingException broken) {
                throw new IllegalArgumentException("arguments of tool call %s (%s) are a string, but no JSON"
                        .formatted(name, JsonValues.excerpt(given)));
            }
        }
        if (!opened.isObject()) {
            throw new IllegalArgumentException("arguments of tool call %s (%s) should be an object, or one as a string"
                    .formatted(name, JsonValues.excerpt(given)));
        }
        return JsonValues.object(opened);
    }

    /**
     * Whether a text has the arguments as the data writes them, and not once more as JSON of that text, as a template does that expects an
     * object.
     */
    boolean isWrittenIn(String text) {
        return written == null
                || text.contains(written)
                        && !text.contains(
                                JSON.getNodeFactory().textNode(written).toString());
    }

    /**
     * The call as templates see it.
     *
     * @param opened whether the arguments are an object also where the data has them as text
     */
    Map<String, Object> variables(boolean opened) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("arguments", written == null || opened ? arguments : written);
        Map<String, Object> call = new LinkedHashMap<>();
        if (id != null) {
            call.put("id", id);
        }
        call.put("type", "function");
        call.put("function", function);
        return call;
    }
}
