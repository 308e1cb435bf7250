package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation. Immutable.
 *
 * @param role who speaks
 * @param content what is said; empty where an assistant only calls tools and says nothing
 * @param reasoning what an assistant thought before, if the data separates it from the content
 * @param toolCalls functions an assistant asks for
 * @param name of the speaker, or of the function whose result this is
 * @param toolCallId the call that a tool's message answers
 * @param weight loss weight of an assistant's turn: usually 1; 0 makes it context only
 * @param extra further fields of the turn, passed to the template unchanged; {@code content} is among them, as null, where the data
 *     says that there is none, which some templates tell from an empty one
 */
public record Message(
        Role role,
        String content,
        @Nullable String reasoning,
        List<ToolCall> toolCalls,
        @Nullable String name,
        @Nullable String toolCallId,
        double weight,
        Map<String, Object> extra) {
    private static final Set<String> KNOWN =
            Set.of("role", "content", "reasoning_content", "tool_calls", "name", "tool_call_id", "weight");
    /** Reasoning that is opened and ended without any. */
    private static final Pattern NO_THOUGHT = Pattern.compile("^\\s*<think>\\s*</think>");

    /** Other names of what an assistant thought; handed to the template besides. */
    private static final List<String> THOUGHTS = List.of("thinking", "reasoning");

    /** Who can speak. */
    public enum Role {
        SYSTEM,
        DEVELOPER,
        USER,
        ASSISTANT,
        TOOL;

        /** The role as data and templates spell it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The role of that name; anything else is an {@link IllegalArgumentException} that lists the roles. */
        public static Role of(String text) {
            return Arrays.stream(values())
                    .filter(role -> role.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("role (%s) must be one of %s"
                            .formatted(
                                    text,
                                    Arrays.stream(values()).map(Role::text).collect(Collectors.joining(", ")))));
        }
    }

    public Message {
        toolCalls = List.copyOf(toolCalls);
        extra = JsonValues.frozen(extra);
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "weight (%s) of a message must be 0 or a positive number".formatted(weight));
        }
        if (!toolCalls.isEmpty() && role != Role.ASSISTANT) {
            throw new IllegalArgumentException(
                    "a message of role %s has tool_calls, which only an assistant's can have".formatted(role.text()));
        }
    }

    /** A turn that only says something. */
    public static Message of(Role role, String content) {
        return new Message(role, content, null, List.of(), null, null, 1, Map.of());
    }

    public static Message system(String content) {
        return of(Role.SYSTEM, content);
    }

    public static Message user(String content) {
        return of(Role.USER, content);
    }

    public static Message assistant(String content) {
        return of(Role.ASSISTANT, content);
    }

    /** The same turn saying something else. */
    public Message withContent(String other) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(extra);
        rest.remove("content");
        return new Message(role, other, reasoning, toolCalls, name, toolCallId, weight, JsonValues.frozen(rest));
    }

    /** The same turn without the tool call of that number. */
    public Message withoutCall(int call) {
        List<ToolCall> others = new ArrayList<>(toolCalls);
        others.remove(call);
        return new Message(role, content, reasoning, others, name, toolCallId, weight, extra);
    }

    /** Whether an assistant says, thinks and asks for nothing. */
    public boolean isEmpty() {
        return toolCalls.isEmpty()
                && (reasoning == null || saysNothing(reasoning))
                && saysNothing(NO_THOUGHT.matcher(content).replaceFirst(""));
    }

    /** Whether a text has nothing that can be seen: white space of any script, and characters that only format. */
    public static boolean saysNothing(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.getType(c) == Character.FORMAT);
    }

    /** The same turn with another weight. */
    public Message withWeight(double other) {
        return new Message(role, content, reasoning, toolCalls, name, toolCallId, other, extra);
    }

    /** The same turn with one more value for the template. */
    public Message with(String key, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(extra);
        more.put(key, value);
        return new Message(role, content, reasoning, toolCalls, name, toolCallId, weight, JsonValues.frozen(more));
    }

    /**
     * Reads a message in the shape of OpenAI's: an object with {@code role} and {@code content}, the latter a string or a list of text parts;
     * or in one of the shapes that say the same in other words, such as ShareGPT's {@code from} and {@code value}.
     *
     * @throws IllegalArgumentException naming what is wrong and what is allowed
     */
    public static Message from(JsonNode spelled) {
        JsonNode json = TurnSpelling.openAi(spelled);
        if (!json.isObject() || !json.path("role").isTextual()) {
            throw new IllegalArgumentException("message (%s) has no role; it should look like %s"
                    .formatted(JsonValues.excerpt(json), "{\"role\": \"user\", \"content\": \"Hi\"}"));
        }
        Role role = Role.of(json.get("role").asText());
        List<ToolCall> calls = new ArrayList<>();
        JsonNode given = json.path("tool_calls");
        if (!given.isMissingNode() && !given.isNull() && !given.isArray()) {
            throw new IllegalArgumentException("tool_calls (%s) must be a list".formatted(JsonValues.excerpt(given)));
        }
        given.forEach(call -> calls.add(ToolCall.from(call)));
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!KNOWN.contains(field.getKey())) {
                extra.put(field.getKey(), JsonValues.plain(field.getValue()));
            }
        }
        if (json.path("content").isNull()) {
            extra.put("content", null);
        }
        String reasoning = text(json, "reasoning_content");
        for (String key : THOUGHTS) {
            reasoning = reasoning == null && json.path(key).isTextual()
                    ? json.get(key).asText()
                    : reasoning;
        }
        return new Message(
                role,
                content(role, json, !calls.isEmpty()),
                reasoning,
                calls,
                text(json, "name"),
                text(json, "tool_call_id"),
                weight(json),
                JsonValues.frozen(extra));
    }

    private static @Nullable String text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    "%s (%s) of a message must be a string".formatted(key, JsonValues.excerpt(value)));
        }
        return value.asText();
    }

    private static double weight(JsonNode json) {
        JsonNode weight = json.path("weight");
        if (weight.isMissingNode() || weight.isNull()) {
            return 1;
        }
        if (!weight.isNumber() || weight.doubleValue() < 0) {
            throw new IllegalArgumentException(
                    "weight (%s) of a message must be 0 or a positive number".formatted(JsonValues.excerpt(weight)));
        }
        return weight.doubleValue();
    }

    private static String content(Role role, JsonNode json, boolean calls) {
        JsonNode content = json.path("content");
        if (content.isTextual()) {
            return content.asText();
        }
        if (content.isArray()) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : content) {
                text.append(part(part));
            }
            return text.toString();
        }
        if ((content.isMissingNode() || content.isNull()) && calls) {
            return "";
        }
        throw new IllegalArgumentException("content (%s) of a message of role %s must be a string or a list of %s"
                .formatted(
                        content.isMissingNode() ? "missing" : JsonValues.excerpt(content),
                        role.text(),
                        "{\"type\": \"text\", \"text\": \"...\"}"));
    }

    private static String part(JsonNode part) {
        if (part.isTextual()) {
            return part.asText();
        }
        if (!part.path("type").asText("text").equals("text")
                || !part.path("text").isTextual()) {
            throw new IllegalArgumentException("part (%s) of a message must be text; images and sound cannot be learned"
                    .formatted(JsonValues.excerpt(part)));
        }
        return part.get("text").asText();
    }

    /** Whether the data says that there is no content, rather than an empty one. */
    boolean hasNoContent() {
        return extra.containsKey("content");
    }

    /** The same turn without content, if it only calls tools and its content is empty. */
    Message withoutEmptyContent() {
        return content.isEmpty() && !toolCalls.isEmpty() && !hasNoContent() ? with("content", null) : this;
    }

    /** How a turn is shown to a template. */
    enum Form {
        /** As the data has it. */
        GIVEN(false, false),
        /** The arguments of tool calls that the data has as text are objects. */
        OPENED(true, false),
        /** Content that the data does not have is empty. */
        EMPTY_CONTENT(false, true),
        /** Both. */
        PLAIN(true, true);

        private final boolean opened;
        private final boolean empty;

        Form(boolean opened, boolean empty) {
            this.opened = opened;
            this.empty = empty;
        }

        boolean opened() {
            return opened;
        }

        boolean empty() {
            return empty;
        }

        Form withEmptyContent() {
            return opened ? PLAIN : EMPTY_CONTENT;
        }
    }

    /** The turn as templates see it. */
    Map<String, @Nullable Object> variables() {
        return variables(Form.PLAIN);
    }

    Map<String, @Nullable Object> variables(Form form) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("role", role.text());
        variables.put("content", hasNoContent() && !form.empty() ? null : content);
        if (reasoning != null) {
            variables.put("reasoning_content", reasoning);
        }
        if (!toolCalls.isEmpty()) {
            variables.put(
                    "tool_calls",
                    toolCalls.stream()
                            .map(call -> call.variables(form.opened()))
                            .toList());
        }
        if (toolCallId != null) {
            variables.put("tool_call_id", toolCallId);
        }
        if (name != null) {
            variables.put("name", name);
        }
        extra.forEach((key, value) -> {
            if (!variables.containsKey(key)) {
                variables.put(key, value);
            }
        });
        return variables;
    }
}
