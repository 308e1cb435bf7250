package dev.hone.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which data spells a turn, all brought into OpenAI's: ShareGPT's {@code from} and {@code value} with its names of
 * speakers, calls that are a turn of their own, typed parts of a content, and the keys by which ms-swift, axolotl and
 * LLaMA-Factory say whether a turn is trained.
 */
final class TurnSpelling {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> SPEAKERS = Map.ofEntries(
            Map.entry("human", "user"),
            Map.entry("gpt", "assistant"),
            Map.entry("chatgpt", "assistant"),
            Map.entry("bing", "assistant"),
            Map.entry("bard", "assistant"),
            Map.entry("bot", "assistant"),
            Map.entry("model", "assistant"),
            Map.entry("observation", "tool"),
            Map.entry("function", "tool"),
            Map.entry("function_response", "tool"),
            Map.entry("tool_response", "tool"));

    /** Turns that are nothing but calls, written as JSON. */
    private static final List<String> CALLING = List.of("function_call", "tool_call");

    /** What says how much a turn counts, in the order in which they are looked for. */
    private static final List<String> WEIGHTS =
            List.of("weight", "loss", "loss_weight", "loss_scale", "train", "training");

    private TurnSpelling() {}

    /** The turn as OpenAI spells it, where this is known; otherwise, and in every other respect, as it is. */
    static JsonNode openAi(JsonNode turn) {
        if (!turn.isObject()) {
            return turn;
        }
        ObjectNode same = turn.deepCopy();
        renamed(same, "from", "role");
        renamed(same, "value", "content");
        String role = same.path("role").asText().toLowerCase(Locale.ROOT);
        if (CALLING.contains(role)) {
            called(same, same.path("content"), role);
            same.put("role", "assistant").putNull("content");
        } else if (same.path("role").isTextual()) {
            String known = SPEAKERS.get(role);
            same.put(
                    "role",
                    known != null
                            ? known
                            : isRole(role) ? role : same.get("role").asText());
        }
        if (same.hasNonNull("function_call") && !same.hasNonNull("tool_calls")) { // OpenAI's older spelling
            called(same, same.get("function_call"), "function_call");
            same.remove("function_call");
        }
        if (same.path("content").isArray()) {
            parts(same, (ArrayNode) same.get("content"));
        }
        weigh(same);
        return same;
    }

    private static boolean isRole(String text) {
        for (Message.Role role : Message.Role.values()) {
            if (role.text().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static void renamed(ObjectNode turn, String from, String to) {
        if (!turn.hasNonNull(to) && turn.has(from)) {
            turn.set(to, turn.remove(from));
        }
    }

    /** Takes out of a content the parts that OpenAI keeps beside it. */
    private static void parts(ObjectNode turn, ArrayNode content) {
        ArrayNode texts = JSON.createArrayNode();
        StringBuilder reasoning = new StringBuilder();
        for (JsonNode part : content) {
            JsonNode value = part.hasNonNull("value") ? part.get("value") : part.path("text");
            switch (part.path("type").asText("text")) {
                case "reasoning", "thinking" ->
                    reasoning.append(
                            value.isTextual()
                                    ? value.asText()
                                    : part.path("thinking").asText());
                case "tool_call" -> called(turn, value, "tool_call");
                case "text" ->
                    texts.add(
                            part.isObject() && value.isTextual()
                                    ? JSON.createObjectNode().put("text", value.asText())
                                    : part);
                default -> texts.add(part);
            }
        }
        if (!reasoning.isEmpty() && !turn.hasNonNull("reasoning_content")) {
            turn.put("reasoning_content", reasoning.toString());
        }
        if (texts.isEmpty() && turn.hasNonNull("tool_calls")) {
            turn.putNull("content");
        } else {
            turn.set("content", texts);
        }
    }

    /** Adds calls, given as an object or a list of them, or either of these as text. */
    private static void called(ObjectNode turn, JsonNode given, String key) {
        JsonNode calls = given;
        if (given.isTextual()) {
            try {
                calls = JSON.readTree(given.asText());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(
                        "%s (%s) is a string, but no JSON; it should look like %s"
                                .formatted(key, JsonValues.excerpt(given), "{\"name\": \"f\", \"arguments\": {}}"),
                        e);
            }
        }
        ArrayNode all =
                turn.path("tool_calls").isArray() ? (ArrayNode) turn.get("tool_calls") : turn.putArray("tool_calls");
        if (calls.isArray()) {
            calls.forEach(all::add);
        } else {
            all.add(calls);
        }
    }

    /** Makes one weight of all that say how much a turn counts; they must not contradict each other. */
    private static void weigh(ObjectNode turn) {
        JsonNode found = null;
        String name = "";
        boolean trainable = turn.path("role").asText().equals("assistant");
        for (String key : WEIGHTS) {
            JsonNode given = turn.path(key);
            JsonNode weight = number(given);
            if (weight != null && weight.doubleValue() > 0 && !trainable && !key.equals("weight")) {
                continue; // only replies are trained; the key stays, and is reported as one that is not read
            }
            if (weight == null) {
                if (key.equals("loss") && !given.isMissingNode() && !given.isNull()) {
                    throw new IllegalArgumentException("loss (%s) of a message must be true, false or a number"
                            .formatted(JsonValues.excerpt(given)));
                }
                continue;
            }
            if (found != null && found.doubleValue() != weight.doubleValue()) {
                throw new IllegalArgumentException("%s (%s) and %s (%s) of a message contradict each other; keep one"
                        .formatted(name, found, key, given));
            }
            found = found == null ? weight : found;
            name = key;
            turn.remove(key);
        }
        if (found != null) {
            turn.set("weight", found);
        }
    }

    private static @Nullable JsonNode number(JsonNode given) {
        return given.isNumber()
                ? given
                : given.isBoolean() ? JsonNodeFactory.instance.numberNode(given.asBoolean() ? 1 : 0) : null;
    }
}
