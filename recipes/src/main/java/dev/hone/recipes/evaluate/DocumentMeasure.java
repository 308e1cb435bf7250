package dev.hone.recipes.evaluate;

import java.util.Locale;

/** What can be measured of replies to questions about documents; each is a share of replies, or a mean, from 0 to 1. */
public enum DocumentMeasure {
    /** Answers that are right ones. */
    EXACT,
    /** The mean F1 of all answers. */
    F1,
    /** Replies whose quotations all stand in the document that answers. */
    CITED,
    /** Replies that say there is no answer. */
    REFUSED;

    /** As files and tables name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
