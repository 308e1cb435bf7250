package dev.hone.data.row;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How rows spell their content; recognised by the columns a row has. {@code system} and {@code history} may stand beside all but texts,
 * and {@code tools} beside conversations.
 */
public enum RowFormat {
    /** {@code {"text": …}}. */
    TEXT {
        @Override
        Row parse(RowColumns row) {
            return new Row.PlainText(row.string("text"));
        }
    },
    /**
     * {@code {"prompt": …, "completion": …}}. Both strings: plain text, unless something stands before them. Otherwise a conversation,
     * in which a string is what the user or the assistant says.
     */
    PROMPT_COMPLETION {
        @Override
        Row parse(RowColumns row) {
            List<Message> before = row.before();
            if (before.isEmpty()
                    && row.get("prompt").isTextual()
                    && row.get("completion").isTextual()) {
                return new Row.PromptCompletion(row.string("prompt"), row.string("completion"));
            }
            List<Message> prompt = row.after(before, row.turns("prompt", Message.Role.USER));
            return Answered.join(prompt, row.turns("completion", Message.Role.ASSISTANT))
                    .row(row.tools());
        }
    },
    /** {@code {"messages": [{"role": …, "content": …}, …]}}, or {@code conversations}, as ShareGPT calls them. */
    MESSAGES {
        @Override
        Row parse(RowColumns row) {
            List<Message> messages = row.messages(conversation(row).orElse("messages"));
            return new Row.Conversation(row.after(row.before(), messages), 0, row.tools());
        }
    },
    /** {@code {"instruction": …, "input": …, "output": …}}. */
    ALPACA {
        @Override
        Row parse(RowColumns row) {
            return alpaca(row, row.string("output"));
        }
    };

    /** The columns that a conversation may stand in. */
    static final List<String> CONVERSATION = List.of("messages", "conversations", "conversation");

    abstract Row parse(RowColumns row);

    /** Understands one row. */
    public static Row read(ObjectNode row, String place) {
        return read(RowColumns.of(row, place));
    }

    /** Understands one row; {@link DataException} with its place if it cannot be used. */
    public static Row read(RowColumns row) {
        return recognise(row).parse(row);
    }

    /** The format of a row, by its columns. */
    private static RowFormat recognise(RowColumns row) {
        if (conversation(row).isPresent()) {
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
        if (RowType.of(row).type() == RowType.STEPWISE) {
            throw row.refused(
                    "is a solution whose steps are judged one by one (prompt, completions, labels); no method here"
                            + " learns from judged steps; join the steps as completion, and their last label as label, for kto");
        }
        throw row.refused("columns " + row.names() + " are not a format that can be trained on; allowed are"
                + " text; prompt and completion; messages; instruction, input and output"
                + (PairRow.is(row)
                        ? "; chosen and rejected are a pair, which dpo, simpo, cpo, orpo and reward read"
                        : ColumnMapping.hint(row)));
    }

    /** The column with a conversation, if there is one. */
    static Optional<String> conversation(RowColumns row) {
        return CONVERSATION.stream().filter(row::has).findFirst();
    }

    /** An instruction with this answer to it. */
    static Row alpaca(RowColumns row, String output) {
        String instruction = row.string("instruction");
        String input = row.optional("input");
        if (row.get("history").isEmpty() && row.tools().isEmpty()) {
            row.before(); // refuses what is no history
            return new Row.AlpacaRow(instruction, input, output, row.optional("system"));
        }
        List<Message> messages = new ArrayList<>(asked(row));
        messages.add(Message.assistant(output));
        return new Row.Conversation(messages, 0, row.tools());
    }

    /** An instruction and its input as the user's turn, after what stands before it. */
    static List<Message> asked(RowColumns row) {
        String instruction = row.string("instruction");
        String input = row.optional("input");
        List<Message> messages = new ArrayList<>(row.before());
        messages.add(Message.user(input.isEmpty() ? instruction : instruction + "\n" + input));
        return messages;
    }
}
