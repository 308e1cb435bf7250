package dev.hone.recipes.statistics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.LabelledRow;
import dev.hone.data.row.PairRow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowType;
import dev.hone.text.Message;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a row says, without what belongs to its format.
 *
 * @param prompt what is asked; empty of a text
 * @param answers what is answered, or the text itself; of a pair both
 * @param turns messages of a conversation; otherwise 1
 */
record RowText(String prompt, String answers, int turns) {
    /** Reads a row; {@link dev.hone.error.DataException} if it has a known format and cannot be read. */
    static RowText of(ObjectNode row, String place) {
        RowColumns columns = RowColumns.of(row, place);
        return switch (RowType.of(columns).type()) {
            case PAIR -> {
                PairRow pair = PairRow.read(columns);
                RowText chosen = of(pair.chosen());
                yield new RowText(
                        chosen.prompt(),
                        chosen.answers() + "\n" + of(pair.rejected()).answers(),
                        chosen.turns());
            }
            case LABELLED -> of(LabelledRow.read(columns).answered());
            case UNKNOWN, STEPWISE, PROMPT -> new RowText("", leaves(row), 1);
            default -> of(RowFormat.read(columns));
        };
    }

    private static RowText of(Row row) {
        if (row instanceof Row.PlainText text) {
            return new RowText("", text.text(), 1);
        } else if (row instanceof Row.PromptCompletion both) {
            return new RowText(both.prompt(), both.completion(), 1);
        } else if (row instanceof Row.AlpacaRow alpaca) {
            return new RowText(
                    alpaca.instruction() + (alpaca.input().isEmpty() ? "" : "\n" + alpaca.input()), alpaca.output(), 1);
        }
        List<Message> messages = ((Row.Conversation) row).messages();
        int answer = messages.size();
        while (answer > 0 && messages.get(answer - 1).role() == Message.Role.ASSISTANT) {
            answer--;
        }
        return new RowText(
                said(messages.subList(0, answer)), said(messages.subList(answer, messages.size())), messages.size());
    }

    private static String said(List<Message> messages) {
        return messages.stream().map(Message::content).collect(Collectors.joining("\n"));
    }

    /** All texts in a row, whatever they mean. */
    private static String leaves(JsonNode node) {
        StringBuilder all = new StringBuilder();
        collect(node, all);
        return all.toString().strip();
    }

    private static void collect(JsonNode node, StringBuilder into) {
        if (node.isTextual()) {
            into.append(node.asText()).append('\n');
        }
        node.forEach(child -> collect(child, into));
    }

    String all() {
        return prompt.isEmpty() ? answers : prompt + "\n" + answers;
    }
}
