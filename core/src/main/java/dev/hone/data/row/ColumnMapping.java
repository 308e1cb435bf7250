package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns of a file stand for which of those that are read: {@code {prompt: question, completion: answer}}. A column within
 * another is written with a dot, {@code input.messages}. How messages are spelled is said beside them: {@code messages.role: speaker}
 * and {@code messages.content: said} name their keys, {@code messages.user: customer} and the like who speaks. Immutable.
 *
 * @param names the file's column by the name under which it is read
 * @param onlyWhereFound rows that have none of these columns are read as they are; otherwise they are refused
 */
public record ColumnMapping(Map<String, String> names, boolean onlyWhereFound) {
    /** Columns that say what a row's format is; a row has those of one line. */
    private static final List<List<String>> FORMATS = List.of(
            List.of("text"),
            List.of("prompt", "completion"),
            List.of("messages", "conversations", "conversation"),
            List.of("instruction", "input", "output"));

    /** Columns that are text, for which a mapping may name numbers too. */
    private static final Set<String> TEXTS =
            Set.of("text", "prompt", "completion", "instruction", "input", "output", "chosen", "rejected", "system");

    /** Columns that are proposed to be the first of a list, as data has several right answers to a question. */
    private static final Set<String> ONE_OF = Set.of("completion", "output");

    /** Columns that a row may do without. */
    private static final Set<String> OPTIONAL = Set.of("input", "system", "history", "tools", "margin");

    private static final Set<String> OTHERS =
            Set.of("chosen", "rejected", "label", "system", "history", "tools", "margin");

    /** Keys of messages, and who speaks in them. */
    private static final List<String> MESSAGES = List.of(
            MessageTags.ROLE,
            MessageTags.CONTENT,
            "messages.user",
            "messages.assistant",
            "messages.system",
            "messages.tool",
            MessageTags.CALL);

    /** What other data calls these columns, in lower case; the first that a row has is proposed. */
    private static final Map<String, List<String>> USUAL = usual();

    public ColumnMapping {
        Map<String, String> copy = new LinkedHashMap<>(names);
        Set<String> sources = new HashSet<>();
        copy.forEach((name, source) -> {
            if (!known().contains(name)) {
                throw new IllegalArgumentException("columns.%s is no column that is read; those are %s%s"
                        .formatted(
                                name,
                                String.join(", ", known()),
                                known().contains(source) ? "; write %s: %s".formatted(source, name) : ""));
            }
            if (source.isBlank() || !sources.add((MESSAGES.contains(name) ? "messages " : "") + source)) {
                throw new IllegalArgumentException(
                        "columns.%s (%s) must name a column of its own".formatted(name, source));
            }
        });
        names = Collections.unmodifiableMap(copy);
    }

    /** Columns as they are. */
    public static ColumnMapping none() {
        return of(Map.of());
    }

    /** Columns that every row must have, but those it may do without. */
    public static ColumnMapping of(Map<String, String> names) {
        return new ColumnMapping(names, false);
    }

    /** The same for files of which not all need it. */
    public ColumnMapping whereFound() {
        return new ColumnMapping(names, true);
    }

    private static List<String> known() {
        List<String> known = new ArrayList<>();
        FORMATS.forEach(known::addAll);
        OTHERS.stream().sorted().forEach(known::add);
        known.addAll(MESSAGES);
        return known;
    }

    /** The row with its columns renamed. What would make it a row of another format is left out. */
    ObjectNode applied(ObjectNode row, String place) {
        MessageTags tags = MessageTags.of(names);
        return tags.isNone() ? renamed(row, place) : tags.applied(renamed(row, place));
    }

    private Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>(names);
        columns.keySet().removeAll(MESSAGES);
        return columns;
    }

    private ObjectNode renamed(ObjectNode row, String place) {
        Map<String, String> columns = columns();
        if (columns.isEmpty()
                || onlyWhereFound
                        && columns.values().stream()
                                .allMatch(source -> found(row, source).isMissingNode())) {
            return row;
        }
        ObjectNode renamed = row.objectNode();
        Set<String> gone = new HashSet<>();
        for (List<String> format : FORMATS) {
            if (format.stream().noneMatch(columns::containsKey)
                    && FORMATS.stream().flatMap(List::stream).anyMatch(columns::containsKey)) {
                gone.addAll(format);
            }
        }
        columns.forEach((name, source) -> gone.add(row.has(source) ? source : source.split("\\.", 2)[0]));
        row.properties().forEach(column -> {
            if (!gone.contains(column.getKey())) {
                renamed.set(column.getKey(), column.getValue());
            }
        });
        columns.forEach((name, source) -> {
            JsonNode value = found(row, source);
            if (value.isMissingNode() && !OPTIONAL.contains(name)) {
                throw DataException.at(
                        place,
                        "has no column " + source + ", which is to be read as " + name + "; it has "
                                + RowColumns.of(row, place).names());
            }
            renamed.remove(name);
            if (!value.isMissingNode()) {
                renamed.set(name, TEXTS.contains(name) && value.isValueNode() && !value.isNull() ? text(value) : value);
            }
        });
        return renamed;
    }

    /** What a value says as a text: a number, true or false as JSON writes it. */
    private static TextNode text(JsonNode value) {
        return TextNode.valueOf(value.asText());
    }

    /** A column, or one within another. */
    private static JsonNode found(ObjectNode row, String source) {
        if (row.has(source)) {
            return row.get(source);
        }
        JsonNode at = row;
        for (String step : source.split("\\.")) {
            at = at.isArray() && step.matches("[0-9]{1,6}") ? at.path(Integer.parseInt(step)) : at.path(step);
        }
        return at;
    }

    /** The mapping that a row of no known format seems to need, as a sentence to end a message with; empty where none is likely. */
    static String hint(RowColumns row) {
        return sentence(likely(row));
    }

    /** The mapping that a row of no known format seems to need; none where nothing is likely. */
    public static ColumnMapping proposedFor(RowColumns row) {
        Map<String, String> likely = likely(row);
        likely.entrySet().removeIf(entry -> entry.getKey().equals(entry.getValue()));
        return of(likely);
    }

    private static Map<String, String> likely(RowColumns row) {
        Map<String, String> found = new LinkedHashMap<>();
        boolean pair = propose(row, found, "chosen") && propose(row, found, "rejected");
        if (!pair) {
            found.clear();
        }
        boolean asks = propose(row, found, "messages") || row.has("instruction") || propose(row, found, "prompt");
        boolean answered = pair
                || found.containsKey("messages")
                || propose(row, found, row.has("instruction") ? "output" : "completion");
        if (!pair && !answered) {
            found.clear();
            asks = propose(row, found, "text");
        } else if (row.has("instruction") && !row.has("input")) {
            propose(row, found, "input");
        } else if (answered && found.containsKey("completion") && propose(row, found, "input")) {
            found.put("instruction", found.remove("prompt")); // a question about a passage
            found.put("output", found.remove("completion"));
        }
        return asks ? found : new LinkedHashMap<>();
    }

    /** The same for one column that is missing. */
    static String hint(RowColumns row, String column) {
        Map<String, String> found = new LinkedHashMap<>();
        propose(row, found, column);
        return sentence(found);
    }

    private static String sentence(Map<String, String> found) {
        found.entrySet().removeIf(entry -> entry.getKey().equals(entry.getValue()));
        return found.isEmpty()
                ? ""
                : "; if that is what they mean, write data.columns: {"
                        + found.entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining(", "))
                        + "}";
    }

    private static boolean propose(RowColumns row, Map<String, String> found, String name) {
        if (row.has(name)) {
            found.put(name, name);
            return true;
        }
        for (String usual : USUAL.getOrDefault(name, List.of())) {
            for (String column : row.paths()) {
                if (column.equalsIgnoreCase(usual) && !found.containsValue(column)) {
                    found.put(name, row.isList(column) && ONE_OF.contains(name) ? column + ".0" : column);
                    return true;
                }
            }
        }
        return false;
    }

    private static Map<String, List<String>> usual() {
        Map<String, List<String>> usual = new LinkedHashMap<>();
        usual.put(
                "chosen",
                List.of("preferred_output", "preferred", "response_chosen", "chosen_response", "accepted", "better"));
        usual.put(
                "rejected",
                List.of(
                        "non_preferred_output",
                        "dispreferred",
                        "non_preferred",
                        "response_rejected",
                        "rejected_response",
                        "worse"));
        usual.put("messages", List.of("input.messages", "dialogue", "dialog", "chat"));
        usual.put("prompt", List.of("question", "query", "q", "problem", "goal", "user", "human", "source", "input"));
        usual.put(
                "completion",
                List.of(
                        "answer",
                        "response",
                        "a",
                        "solution",
                        "reply",
                        "target",
                        "output",
                        "assistant",
                        "gpt",
                        "answers.text",
                        "answers"));
        usual.put("output", List.of("response", "answer", "completion", "target", "answers.text", "answers"));
        usual.put("input", List.of("context"));
        usual.put("label", List.of("kto_tag", "desirable", "is_desirable"));
        usual.put("text", List.of("content", "document", "passage", "story", "body", "code"));
        return usual;
    }
}
