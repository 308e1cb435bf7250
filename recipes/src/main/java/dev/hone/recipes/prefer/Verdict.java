package dev.hone.recipes.prefer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A person's choice in a comparison: the side that is better, or neither. */
public enum Verdict {
    LEFT,
    RIGHT,
    TIE;

    /** The verdict as files spell it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Verdict> of(String text) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.text().equals(text))
                .findFirst();
    }
}
