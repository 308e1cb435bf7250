package dev.hone.rollout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.text.Message;
import java.util.List;

/**
 * Something to be answered.
 *
 * @param row its number in its file, from 0
 * @param messages the conversation up to the answer
 * @param columns the whole row, for rewards that need more of it; read-only
 */
public record Task(long row, List<Message> messages, ObjectNode columns) {
    public Task {
        messages = List.copyOf(messages);
    }

    /** The text of a column; {@link IllegalArgumentException} naming it where there is none. */
    String text(String column) {
        if (!columns.hasNonNull(column)) {
            throw new IllegalArgumentException("column " + column + " is missing, which the reward needs");
        }
        return columns.get(column).isTextual()
                ? columns.get(column).asText()
                : columns.get(column).toString();
    }
}
