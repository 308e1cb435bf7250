package dev.hone.data.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The columns of one row, of which it remembers those that were read. A column that is null is not there, as data sets fill up rows
 * that way. What cannot be read is a {@link DataException} with the row's place. Not safe to share between threads.
 */
public final class RowColumns {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Keys that are read, and handed to the template as they are besides. */
    private static final Set<String> SAID = Set.of("content", "thinking", "reasoning");

    private static final String HISTORY = "history must be a list of [user, assistant] pairs of strings";

    private final ObjectNode row;
    private final String place;
    private final boolean openAiPair;
    private final Set<String> read = new HashSet<>();
    private final Set<String> messageKeys = new TreeSet<>();

    private RowColumns(ObjectNode row, String place) {
        this.openAiPair = RowSpelling.isOpenAiPair(row);
        this.row = RowSpelling.known(row);
        this.place = place;
    }

    public static RowColumns of(ObjectNode row, String place) {
        return new RowColumns(row, place);
    }

    /**
     * What says something and was not read.
     *
     * @param columns names of columns
     * @param messageKeys keys of messages, which are handed to the template all the same
     */
    public record Unread(Set<String> columns, Set<String> messageKeys) {
        public Unread {
            columns = Set.copyOf(columns);
            messageKeys = Set.copyOf(messageKeys);
        }
    }

    /** Where the row stands. */
    public String place() {
        return place;
    }

    /** What nobody asked for so far. */
    public Unread unread() {
        Set<String> columns = new TreeSet<>();
        row.properties().forEach(column -> {
            if (!column.getValue().isNull() && !read.contains(column.getKey())) {
                columns.add(column.getKey());
            }
        });
        return new Unread(columns, messageKeys);
    }

    /** The row cannot be used. */
    DataException refused(String reason) {
        return DataException.at(place, reason);
    }

    boolean has(String column) {
        return row.hasNonNull(column);
    }

    /** A column as it is, without counting as read. */
    JsonNode peek(String column) {
        return row.path(column);
    }

    /** Whether an answer is judged: true or false, which a table can only write as text. */
    boolean hasLabel() {
        return row.path("label").isBoolean() || isTruth(row.path("label"));
    }

    private static boolean isTruth(JsonNode value) {
        return value.isTextual() && value.asText().strip().matches("(?i)true|false");
    }

    /** A column that is true or false, or the text of either, as tables write it; what it is otherwise. */
    JsonNode truth(String column) {
        JsonNode given = get(column);
        return isTruth(given)
                ? BooleanNode.valueOf(Boolean.parseBoolean(given.asText().strip()))
                : given;
    }

    /** A column that is a number, or the text of one, as tables write it; what it is otherwise. */
    JsonNode number(String column) {
        JsonNode given = get(column);
        try {
            return given.isTextual()
                    ? DecimalNode.valueOf(new BigDecimal(given.asText().strip()))
                    : given;
        } catch (NumberFormatException e) {
            return given;
        }
    }

    /** Whether it was written as OpenAI writes pairs. */
    boolean isOpenAiPair() {
        return openAiPair;
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Columns that are there, and those within them, with a dot. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        row.properties().forEach(column -> {
            if (!column.getValue().isNull()) {
                paths.add(column.getKey());
                column.getValue().fieldNames().forEachRemaining(name -> paths.add(column.getKey() + "." + name));
            }
        });
        return paths;
    }

    /** Whether a column, or one within another with a dot, is a list. */
    boolean isList(String path) {
        return row.at("/" + path.replace('.', '/')).isArray();
    }

    /** A column as it is; missing where it is not there or null. */
    JsonNode get(String column) {
        read.add(column);
        return has(column) ? row.get(column) : MissingNode.getInstance();
    }

    /** A column whose reader found nothing to use in it. */
    void leave(String column) {
        read.remove(column);
    }

    String string(String column) {
        return string(column, get(column));
    }

    String string(String column, JsonNode value) {
        if (!value.isTextual()) {
            throw refused(column + " must be a string" + (value.isMissingNode() ? ", and is missing" : ""));
        }
        return value.asText();
    }

    /** A string that may be left out. */
    String optional(String column) {
        return has(column) ? string(column) : "";
    }

    /** Messages in a list, or one that stands alone. */
    List<Message> messages(String column) {
        return messages(column, get(column));
    }

    List<Message> messages(String column, JsonNode written) {
        JsonNode given = listed(column, written);
        if (!given.isArray() && !given.isObject() || given.isEmpty()) {
            throw refused(column + " must be a list of messages with role and content");
        }
        if (given.isObject()) {
            return List.of(message(column, given));
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            messages.add(message(column + "[" + i + "]", given.get(i)));
        }
        return messages;
    }

    /** Messages that are written as the text of a list, as tables have them. */
    private JsonNode listed(String column, JsonNode given) {
        String text = given.isTextual() ? given.asText().strip() : "";
        if (text.startsWith("[{'") || text.startsWith("[{ '")) {
            throw refused(
                    column + " is a list as Python prints it, which is not JSON; write the column with json.dumps");
        }
        return text.startsWith("[") ? opened(column, given) : given;
    }

    private Message message(String name, JsonNode given) {
        try {
            Message message = Message.from(given);
            message.extra().keySet().stream().filter(key -> !SAID.contains(key)).forEach(messageKeys::add);
            return message;
        } catch (IllegalArgumentException e) {
            throw DataException.at(place, name + ": " + e.getMessage(), e);
        }
    }

    /** Messages, or the text of one that this speaker says. */
    List<Message> turns(String column, Message.Role speaker) {
        JsonNode given = get(column);
        if (!given.isTextual() && !given.isContainerNode()) {
            throw refused(column + " must be a string or a list of messages with role and content"
                    + (given.isMissingNode() ? ", and is missing" : ""));
        }
        return given.isTextual() ? List.of(Message.of(speaker, given.asText())) : messages(column, given);
    }

    /** What {@code system} and {@code history} say before anything else; mostly nothing. */
    List<Message> before() {
        List<Message> messages = new ArrayList<>();
        String system = optional("system");
        if (!system.isEmpty()) {
            messages.add(Message.system(system));
        }
        JsonNode history = get("history");
        if (!history.isMissingNode() && !history.isArray()) {
            throw refused(HISTORY);
        }
        for (JsonNode turn : history) {
            if (turn.size() != 2 || !turn.path(0).isTextual() || !turn.path(1).isTextual()) {
                throw refused(HISTORY);
            }
            messages.add(Message.user(turn.get(0).asText()));
            messages.add(Message.assistant(turn.get(1).asText()));
        }
        return messages;
    }

    /** Messages after what stands before them, which may say the system's text once more. */
    List<Message> after(List<Message> before, List<Message> messages) {
        boolean twice = !before.isEmpty()
                && before.get(0).role() == Message.Role.SYSTEM
                && messages.get(0).role() == Message.Role.SYSTEM;
        if (twice && !before.get(0).content().equals(messages.get(0).content())) {
            throw refused("system says something else than the messages, which begin with a system turn; keep one");
        }
        List<Message> all = new ArrayList<>(before);
        all.addAll(twice ? messages.subList(1, messages.size()) : messages);
        return all;
    }

    /** Functions that may be called: a list of them, a single one, or either of these as text. */
    public List<JsonNode> tools() {
        JsonNode tools = opened("tools", get("tools"));
        List<JsonNode> list = new ArrayList<>();
        if (tools.isArray()) {
            for (int i = 0; i < tools.size(); i++) {
                list.add(tool("tools[" + i + "]", opened("tools[" + i + "]", tools.get(i))));
            }
        } else if (!tools.isMissingNode() && !tools.isNull()) {
            list.add(tool("tools", tools));
        }
        return list;
    }

    private JsonNode tool(String name, JsonNode tool) {
        if (!tool.path("name").isTextual()
                && !tool.path("function").path("name").isTextual()
                && !(tool.path("type").isTextual()
                        && !tool.path("type").asText().equals("function"))) {
            throw refused(name + " is no function; a tool looks like"
                    + " {\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}");
        }
        return tool;
    }

    private JsonNode opened(String name, JsonNode given) {
        if (!given.isTextual()) {
            return given;
        }
        if (given.asText().isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(given.asText());
        } catch (JsonProcessingException e) {
            throw DataException.at(place, name + " is a string that is not JSON", e);
        }
    }
}
