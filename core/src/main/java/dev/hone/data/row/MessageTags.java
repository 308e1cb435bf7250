package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a file spells its messages: under which keys it says who speaks and what, and what it calls the speakers. Immutable.
 *
 * @param role key of who speaks; empty where it is as usual
 * @param content key of what is said; empty where it is as usual
 * @param speakers roles by what the file calls them
 */
record MessageTags(String role, String content, Map<String, String> speakers) {
    static final String ROLE = "messages.role";
    static final String CONTENT = "messages.content";
    static final String CALL = "messages.call";

    private static final String PREFIX = "messages.";
    /** Columns that may hold messages. */
    private static final List<String> COLUMNS =
            List.of("messages", "conversations", "conversation", "prompt", "completion", "chosen", "rejected");

    MessageTags {
        speakers = Map.copyOf(speakers);
    }

    /** Those in a mapping of columns. */
    static MessageTags of(Map<String, String> names) {
        Map<String, String> speakers = new HashMap<>();
        names.forEach((name, source) -> {
            if (name.startsWith(PREFIX) && !name.equals(ROLE) && !name.equals(CONTENT)) {
                speakers.put(source, name.equals(CALL) ? "function_call" : name.substring(PREFIX.length()));
            }
        });
        return new MessageTags(names.getOrDefault(ROLE, ""), names.getOrDefault(CONTENT, ""), speakers);
    }

    boolean isNone() {
        return role.isEmpty() && content.isEmpty() && speakers.isEmpty();
    }

    /** The row with its messages spelled as usual. */
    ObjectNode applied(ObjectNode row) {
        ObjectNode spelled = row.deepCopy();
        for (String column : COLUMNS) {
            JsonNode messages = spelled.path(column);
            if (messages instanceof ObjectNode message) {
                spell(message);
            } else if (messages instanceof ArrayNode list) {
                list.forEach(message -> {
                    if (message instanceof ObjectNode one) {
                        spell(one);
                    }
                });
            }
        }
        return spelled;
    }

    private void spell(ObjectNode message) {
        move(message, role, "role");
        move(message, content, "content");
        String key = message.has("role") ? "role" : "from";
        String known = speakers.get(message.path(key).asText());
        if (known != null) {
            message.put(key, known);
        }
    }

    private static void move(ObjectNode message, String from, String to) {
        if (!from.isEmpty() && !from.equals(to) && message.has(from)) {
            message.set(to, message.remove(from));
        }
    }
}
