package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;

/** What rows are for, told by the columns of one of them. */
public enum RowType {
    /** Text, all of it to be trained. */
    TEXT,
    /** A prompt and its reply. */
    PROMPT_COMPLETION,
    /** Messages in turn. */
    CONVERSATION,
    /** Alpaca's instruction, input and output. */
    INSTRUCTION,
    /** A better and a worse answer to one prompt. */
    PAIR,
    /** An answer that is judged good or bad. */
    LABELLED,
    /** A prompt whose completions are to be sampled. */
    PROMPT,
    /** Steps of a solution, each judged, as process rewards are learned from; no method here reads them. */
    STEPWISE,
    /** Nothing that is known. */
    UNKNOWN;

    /**
     * What rows are, and how they are spelled.
     *
     * @param description for messages: {@code ShareGPT conversations}
     */
    public record Recognised(RowType type, String description) {}

    /** What the first row of a file says that can be read; nothing known where there is none. */
    public static Recognised of(JsonlFile file) {
        RowColumns row = RowColumns.of(file.row(0), file.place(0));
        return of(row);
    }

    /** What a row says. */
    public static Recognised of(RowColumns row) {
        if (row.has("prompt") && row.has("completions") && row.peek("labels").isArray()) {
            return new Recognised(STEPWISE, "steps of solutions (prompt, completions, labels)");
        }
        if (PairRow.is(row)) {
            boolean explicit = row.has("prompt")
                    || row.has("instruction")
                    || RowFormat.conversation(row).isPresent();
            return new Recognised(
                    PAIR,
                    row.isOpenAiPair()
                            ? "OpenAI's pairs (input, preferred_output, non_preferred_output)"
                            : explicit
                                    ? "pairs of chosen and rejected beside their prompt"
                                    : "pairs of chosen and rejected, whose prompt is what they begin with");
        }
        Recognised answered = answered(row);
        if (row.hasLabel() && answered.type() != UNKNOWN && answered.type() != TEXT) {
            return new Recognised(LABELLED, "answers with a label (" + answered.description() + ")");
        }
        return answered;
    }

    private static Recognised answered(RowColumns row) {
        if (RowFormat.conversation(row).isPresent()) {
            JsonNode first = row.peek(RowFormat.conversation(row).get()).path(0);
            return new Recognised(
                    CONVERSATION,
                    first.has("from") ? "ShareGPT conversations (from, value)" : "conversations (role, content)");
        }
        if (row.has("prompt") && row.has("completion")) {
            return new Recognised(PROMPT_COMPLETION, "prompt and completion");
        }
        if (row.has("instruction") && row.has("output")) {
            return new Recognised(INSTRUCTION, "Alpaca's instruction, input and output");
        }
        if (row.has("text")) {
            return new Recognised(TEXT, "texts");
        }
        return row.has("prompt")
                ? new Recognised(PROMPT, "prompts whose completions are sampled")
                : new Recognised(
                        UNKNOWN, "columns " + row.names() + ", which are no known format" + ColumnMapping.hint(row));
    }
}
