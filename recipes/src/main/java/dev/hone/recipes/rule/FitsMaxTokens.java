package dev.hone.recipes.rule;

import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;

/** A row has at most {@code max-tokens} tokens. What is split loses none of them. */
public record FitsMaxTokens(int maxTokens, Overflow overflow) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        int length = rendered.example().length();
        if (length <= maxTokens) {
            return Optional.empty();
        }
        String found = "has " + length + " tokens where max-tokens is " + maxTokens;
        return switch (overflow) {
            case SPLIT -> Optional.empty();
            case REFUSE ->
                Optional.of(Issue.refuse(
                        Rule.OVERFLOW,
                        place,
                        found + "; raise data.max-tokens, or set data.on-overflow to truncate or drop (texts: split)"));
            case TRUNCATE ->
                Optional.of(Issue.warn(
                        Rule.OVERFLOW, place, found + ": its end is cut off, and with it what ends the reply"));
            case DROP -> Optional.of(Issue.warn(Rule.OVERFLOW, place, found + ": it is left out"));
        };
    }
}
