package dev.hone.recipes.check;

import dev.hone.data.Overflow;
import dev.hone.data.Row;
import dev.hone.data.RowRenderer;
import java.util.Optional;

/** A row has at most so many tokens. What is split loses none of them. */
record Fits(int maxTokens, Overflow overflow) implements RowRule {
    @Override
    public Optional<Complaint> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        int length = rendered.example().length();
        if (length <= maxTokens) {
            return Optional.empty();
        }
        String found = "has " + length + " tokens where max-tokens is " + maxTokens;
        return switch (overflow) {
            case SPLIT -> Optional.empty();
            case REFUSE ->
                Optional.of(Complaint.refuse(
                        Flaw.OVERFLOW,
                        place,
                        found + "; raise data.max-tokens, or set data.on-overflow to truncate or drop (texts: split)"));
            case TRUNCATE ->
                Optional.of(Complaint.warn(
                        Flaw.OVERFLOW, place, found + ": its end is cut off, and with it what ends the reply"));
            case DROP -> Optional.of(Complaint.warn(Flaw.OVERFLOW, place, found + ": it is left out"));
        };
    }
}
