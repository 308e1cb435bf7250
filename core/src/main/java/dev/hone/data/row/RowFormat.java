package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;

/** How rows spell their content; recognised by the columns a row has. */
public enum RowFormat {
    /** {@code {"text": …}}. */
    TEXT {
        @Override
        Row parse(ObjectNode row) {
            return new Row.PlainText(string(row, "text"));
        }
    },
    /** {@code {"prompt": …, "completion": …}}, both strings or both lists of messages. */
    PROMPT_COMPLETION {
        @Override
        Row parse(ObjectNode row) {
            if (!row.path("prompt").isArray()) {
                return new Row.PromptCompletion(string(row, "prompt"), string(row, "completion"));
            }
            List<Message> prompt = messages(row, "prompt");
            List<Message> all = new ArrayList<>(prompt);
            all.addAll(messages(row, "completion"));
            return new Row.Conversation(all, prompt.size(), tools(row));
        }
    },
    /** {@code {"messages": [{"role": …, "content": …}, …]}}. */
    MESSAGES {
        @Override
        Row parse(ObjectNode row) {
            return new Row.Conversation(messages(row, "messages"), 0, tools(row));
        }
    },
    /** {@code {"instruction": …, "input": …, "output": …}}, with {@code system} and {@code history} if present. */
    ALPACA {
        @Override
        Row parse(ObjectNode row) {
            String instruction = string(row, "instruction");
            String output = string(row, "output");
            String input = optional(row, "input");
            String system = optional(row, "system");
            JsonNode history = row.path("history");
            if (!history.isArray() && !history.isMissingNode() && !history.isNull()) {
                throw new IllegalArgumentException(HISTORY);
            }
            if (history.isEmpty()) {
                return new Row.AlpacaRow(instruction, input, output, system);
            }
            List<Message> messages = new ArrayList<>();
            if (!system.isEmpty()) {
                messages.add(Message.of(Message.Role.SYSTEM, system));
            }
            for (JsonNode turn : history) {
                if (turn.size() != 2 || !turn.get(0).isTextual() || !turn.get(1).isTextual()) {
                    throw new IllegalArgumentException(HISTORY);
                }
                messages.add(Message.of(Message.Role.USER, turn.get(0).asText()));
                messages.add(Message.of(Message.Role.ASSISTANT, turn.get(1).asText()));
            }
            messages.add(Message.of(Message.Role.USER, input.isEmpty() ? instruction : instruction + "\n" + input));
            messages.add(Message.of(Message.Role.ASSISTANT, output));
            return new Row.Conversation(messages, 0, List.of());
        }
    };

    private static final String HISTORY = "history must be a list of [user, assistant] pairs of strings";

    abstract Row parse(ObjectNode row);

    /** Understands one row. */
    public static Row read(ObjectNode row, String place) {
        RowFormat format = recognise(row, place);
        try {
            return format.parse(row);
        } catch (IllegalArgumentException e) {
            throw DataException.at(place, String.valueOf(e.getMessage()), e);
        }
    }

    /** The format of a row, by its columns. */
    public static RowFormat recognise(ObjectNode row, String place) {
        if (row.has("messages")) {
            return MESSAGES;
        }
        if (row.has("prompt") && row.has("completion")) {
            return PROMPT_COMPLETION;
        }
        if (row.has("instruction") && row.has("output")) {
            return ALPACA;
        }
        if (row.has("text")) {
            return TEXT;
        }
        List<String> columns = new ArrayList<>();
        row.fieldNames().forEachRemaining(columns::add);
        throw DataException.at(
                place,
                "columns " + columns + " are not a format that can be trained on; allowed are"
                        + " text; prompt and completion; messages; instruction, input and output");
    }

    private static String string(ObjectNode row, String key) {
        JsonNode value = row.path(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    key + " must be a string" + (value.isMissingNode() ? ", and is missing" : ""));
        }
        return value.asText();
    }

    /** A string that may be left out or null. */
    private static String optional(ObjectNode row, String key) {
        return row.path(key).isMissingNode() || row.path(key).isNull() ? "" : string(row, key);
    }

    private static List<Message> messages(ObjectNode row, String key) {
        JsonNode list = row.path(key);
        if (!list.isArray() || list.isEmpty()) {
            throw new IllegalArgumentException(key + " must be a list of messages with role and content");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                messages.add(Message.from(list.get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + "[" + i + "]: " + e.getMessage(), e);
            }
        }
        return messages;
    }

    private static List<JsonNode> tools(ObjectNode row) {
        JsonNode tools = row.path("tools");
        if (tools.isTextual()) {
            try {
                tools = new ObjectMapper().readTree(tools.asText());
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalArgumentException("tools is a string that is not JSON", e);
            }
        }
        List<JsonNode> list = new ArrayList<>();
        if (tools.isArray()) {
            tools.forEach(list::add);
        }
        return list;
    }
}
