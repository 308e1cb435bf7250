package dev.hone.recipes.rule;

import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;
import java.util.stream.IntStream;

/** A row has at most {@code max-tokens} tokens. What is split loses none of them. */
public record FitsMaxTokens(int maxTokens, Overflow overflow) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        int length = rendered.example().longest();
        if (length <= maxTokens) {
            return Optional.empty();
        }
        String found = "has " + length + " tokens where max-tokens is " + maxTokens;
        return switch (overflow) {
            case SPLIT ->
                row instanceof Row.PlainText
                        ? Optional.empty()
                        : Optional.of(Issue.refuse(
                                Rule.OVERFLOW,
                                place,
                                found + ", and split is for texts; set data.on-overflow to truncate or drop, or raise"
                                        + " data.max-tokens"));
            case REFUSE ->
                Optional.of(Issue.refuse(
                        Rule.OVERFLOW,
                        place,
                        found + "; raise data.max-tokens, or set data.on-overflow to truncate or drop (texts: split)"));
            case TRUNCATE ->
                Optional.of(Issue.warn(
                        Rule.OVERFLOW,
                        place,
                        found
                                + (keepsTrained(rendered)
                                        ? ": its end is cut off, and with it what ends the reply"
                                        : ": no trained token is left within, so it is left out")));
            case DROP -> Optional.of(Issue.warn(Rule.OVERFLOW, place, found + ": it is left out"));
        };
    }

    private boolean keepsTrained(RowRenderer.Rendered rendered) {
        return rendered.example().sequences().stream()
                .anyMatch(sequence -> IntStream.range(1, Math.min(maxTokens, sequence.length()))
                        .anyMatch(i -> sequence.weights()[i] != 0));
    }
}
