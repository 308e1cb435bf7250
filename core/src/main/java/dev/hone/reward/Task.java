package dev.hone.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowColumns;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A prompt with what its completions are scored by.
 *
 * @param row its number in its file, from 0
 * @param messages the conversation up to the completion
 * @param columns the whole row, for rewards that need more of it; read-only
 */
public record Task(long row, List<Message> messages, ObjectNode columns) {
    public Task {
        messages = List.copyOf(messages);
    }

    /**
     * Reads the task in one row: {@code {"prompt": text or messages}}, or {@code {"messages": […]}}, and {@code tools} beside them.
     * If the last turn is the assistant's, it is not part of the prompt but the column {@code answer}.
     *
     * @throws DataException with its line if the row asks nothing
     */
    public static Task read(JsonlFile rows, int number) {
        ObjectNode row = rows.row(number);
        String place = rows.place(number);
        JsonNode prompt = Stream.of("messages", "conversations")
                .filter(row::hasNonNull)
                .findFirst()
                .map(row::path)
                .orElse(row.path("prompt"));
        List<Message> messages = new ArrayList<>();
        try {
            RowColumns.of(row, place).tools(); // refuses what is none
            if (prompt.isTextual()) {
                messages.add(Message.user(prompt.asText()));
            } else {
                for (JsonNode message : prompt) {
                    messages.add(Message.from(message));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(place + ": " + e.getMessage(), e);
        }
        ObjectNode columns = row;
        if (!messages.isEmpty() && messages.get(messages.size() - 1).role() == Message.Role.ASSISTANT) {
            Message answer = messages.remove(messages.size() - 1);
            columns = row.deepCopy();
            columns.put("answer", answer.content());
        }
        if (messages.isEmpty()) {
            throw new DataException(place + ": has nothing to answer; a task is {\"prompt\": text or messages} or"
                    + " {\"messages\": …}, whose last turn is the answer if it is the assistant's");
        }
        return new Task(number, messages, columns);
    }

    /** The schemas of the functions that the completion may call; empty where the row has none. */
    public List<JsonNode> tools() {
        return RowColumns.of(columns, "task " + row).tools();
    }

    /** The texts of a column: all of a list of texts, or of the list {@code text} in it, as SQuAD's {@code answers} have; else its text. */
    List<String> texts(String column) {
        JsonNode value = columns.path(column);
        JsonNode list = value.path("text").isArray() ? value.path("text") : value;
        List<String> texts = new ArrayList<>();
        if (!list.isArray()) {
            return List.of(text(column));
        }
        if (list.isEmpty()) {
            throw new IllegalArgumentException("column " + column + " is an empty list, so nothing is right");
        }
        list.forEach(text -> texts.add(text.isTextual() ? text.asText() : text.toString()));
        return texts;
    }

    /** The text of a column; {@link IllegalArgumentException} naming it where there is none. */
    public String text(String column) {
        if (!columns.hasNonNull(column)) {
            throw new IllegalArgumentException("column " + column + " is missing, which the reward needs");
        }
        return columns.get(column).isTextual()
                ? columns.get(column).asText()
                : columns.get(column).toString();
    }
}
