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
 */
public record ToolCall(@Nullable String id, String name, Map<String, Object> arguments) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public ToolCall {
        arguments = JsonValues.frozen(arguments);
    }

    /**
     * Reads a call as OpenAI writes it. Arguments written as JSON inside a string are opened, because templates print them as JSON themselves.
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
        return new ToolCall(id.isTextual() ? id.asText() : null, name, arguments(name, function.get("arguments")));
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

    /** The call as templates see it. */
    Map<String, Object> variables() {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("arguments", arguments);
        Map<String, Object> call = new LinkedHashMap<>();
        if (id != null) {
            call.put("id", id);
        }
        call.put("type", "function");
        call.put("function", function);
        return call;
    }
}
