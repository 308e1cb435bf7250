package dev.hone.reward.maths;

/**
 * A piece of an answer.
 *
 * @param text as {@link Lexer} names it, whatever it was written as
 * @param spaced whether white space stood before it
 */
record Token(Kind kind, String text, boolean spaced) {
    enum Kind {
        /** Digits, with at most one point. */
        NUMBER,
        /** A variable or a constant. */
        NAME,
        /** A function or a command that takes arguments. */
        FUNCTION,
        /** A word or words that are no mathematics: text, a unit. */
        WORDS,
        /** {@code $}, {@code €} and others. */
        CURRENCY,
        /** The begin of an environment, by its name. */
        BEGIN,
        END,
        /** An operator, a bracket or a separator. */
        SYMBOL,
        /** A decimal's digits that repeat. */
        REPEATING
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean opens() {
        return kind == Kind.BEGIN || kind == Kind.SYMBOL && "([{⦃⟨".contains(text);
    }

    boolean closes() {
        return kind == Kind.END || kind == Kind.SYMBOL && ")]}⦄⟩".contains(text);
    }
}
