package dev.hone.text;

import java.util.function.Predicate;

/**
 * A bound on the backtracking of a regular expression of a {@code tokenizer.json}, computed before the native library sees it.
 *
 * <p>That library aborts the process, without an exception, where a match fails 10 million times or where groups are nested thousands
 * deep. So an expression is parsed here and its backtracking bounded from above: after a part that matches in w ways, all that follows
 * is tried w times, unless nothing that follows can fail. {@code x*} matches in as many ways as the text is long. The expressions of
 * known tokenizers are linear; worse ones, and those that are not supported here, are refused.
 */
final class PatternCost {
    /** The length for which ways are counted. */
    private static final double TEXT = 1 << 20;

    private static final int MAX_LENGTH = 4_000;
    private static final int MAX_DEPTH = 30;
    private static final int MAX_REPEAT = 1_000;
    private static final long MAX_SIZE = 100_000;
    private static final double MAX_FACTOR = 8;
    private static final String ESCAPES = "sSdDwWhHbBAzZnrtfvaepPxu";
    private static final String ASSERTIONS = "bBAzZ";
    private static final String UNBOUNDED = "*+";

    private final String pattern;
    private int at;
    private int depth;

    private PatternCost(String pattern) {
        this.pattern = pattern;
    }

    /**
     * A part of an expression.
     *
     * @param ways number of ways in which it can match at one position
     * @param tries number of failures before it gives up
     * @param fallible whether there are texts it does not match
     * @param size of the program it is compiled to, roughly
     * @param empty whether it can match no characters at all
     * @param idle whether it can do so anywhere: by an assertion, such as {@code $}, only where that holds
     */
    private record Part(double ways, double tries, boolean fallible, long size, boolean empty, boolean idle) {
        static final Part CHARACTER = new Part(1, 1, true, 1, false, false);
        static final Part ASSERTION = new Part(1, 1, true, 1, true, false);
        static final Part NOTHING = new Part(1, 0, false, 0, true, true);
    }

    /** Where an expression matches no characters at all. */
    enum Empty {
        NOWHERE,
        /** Only where an assertion holds. */
        SOMEWHERE,
        ANYWHERE
    }

    /**
     * Whether an expression can match no characters.
     *
     * @throws IllegalArgumentException with the reason, where an expression is refused
     */
    static Empty emptyOf(String pattern) {
        Part whole = new PatternCost(pattern).alternatives();
        return whole.idle() ? Empty.ANYWHERE : whole.empty() ? Empty.SOMEWHERE : Empty.NOWHERE;
    }

    /**
     * Failures for each character of the text, at most, in one match.
     *
     * @throws IllegalArgumentException with the reason, where an expression is refused
     */
    static double perCharacter(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("has " + pattern.length() + " characters; at most " + MAX_LENGTH
                    + " are allowed in a regular expression");
        }
        PatternCost cost = new PatternCost(pattern);
        Part whole = cost.alternatives();
        if (cost.at < pattern.length()) {
            throw cost.refused("has a closing parenthesis too many");
        }
        double factor = whole.tries() / TEXT;
        if (!(factor <= MAX_FACTOR)) {
            throw cost.refused("may have to try again too often; let no two repetitions in a row match the same text");
        }
        return factor;
    }

    private Part alternatives() {
        if (++depth > MAX_DEPTH) {
            throw refused("is nested deeper than " + MAX_DEPTH + " levels");
        }
        Part all = sequence();
        while (taken('|')) {
            Part next = sequence();
            all = new Part(
                    all.ways() + next.ways(),
                    all.tries() + next.tries(),
                    all.fallible() && next.fallible(),
                    all.size() + next.size() + 1,
                    all.empty() || next.empty(),
                    all.idle() || next.idle());
        }
        depth--;
        return all;
    }

    /** A part before a fallible one is tried in all its ways. */
    private Part sequence() {
        Part all = Part.NOTHING;
        while (at < pattern.length() && peek() != '|' && peek() != ')') {
            Part next = repeated(element());
            all = new Part(
                    all.ways() * next.ways(),
                    next.fallible() ? all.tries() + all.ways() * next.tries() : all.tries(),
                    all.fallible() || next.fallible(),
                    all.size() + next.size(),
                    all.empty() && next.empty(),
                    all.idle() && next.idle());
        }
        return all;
    }

    private Part repeated(Part part) {
        Part result = part;
        while (at < pattern.length()) {
            int from = 0;
            double to = TEXT;
            if (UNBOUNDED.indexOf(peek()) >= 0) {
                from = pattern.charAt(at++) == '+' ? 1 : 0;
                skipModifier();
            } else if (taken('?')) {
                to = 1;
                skipModifier();
            } else {
                int[] interval = interval();
                if (interval.length == 0) {
                    return result;
                }
                from = interval[0];
                to = interval[1] < 0 ? TEXT : interval[1];
            }
            result = times(result, from, to);
        }
        return result;
    }

    private Part times(Part part, int from, double to) {
        if (part.ways() > 1 && to > 1) {
            throw refused("repeats what can itself match in more than one way; write the repetition once");
        }
        double choices = to - from + 1;
        long size = part.size() * Math.max(1, to == TEXT ? from : (long) to);
        if (size > MAX_SIZE) {
            throw refused("repeats too much");
        }
        return new Part(
                Math.max(part.ways(), 1) + choices - 1,
                part.tries(),
                part.fallible() && from > 0,
                size,
                part.empty() || from == 0,
                part.idle() || from == 0);
    }

    /** Lazy and possessive forms are counted like the greedy ones. */
    private void skipModifier() {
        if (at < pattern.length() && (peek() == '?' || peek() == '+')) {
            at++;
        }
    }

    /** The two ends of {@code {2,5}}, the second negative where it is open; none where the brace is a character. */
    private int[] interval() {
        int close = peek() == '{' ? pattern.indexOf('}', at) : -1;
        String inside = close < 0 ? "" : pattern.substring(at + 1, close);
        if (!inside.matches("\\d{1,6}(,\\d{0,6})?|,\\d{1,6}")) {
            return new int[0];
        }
        at = close + 1;
        String[] ends = inside.split(",", -1);
        int from = ends[0].isEmpty() ? 0 : Integer.parseInt(ends[0]);
        int to = ends.length == 1 ? from : ends[1].isEmpty() ? -1 : Integer.parseInt(ends[1]);
        if (Math.max(from, to) > MAX_REPEAT || to >= 0 && to < from) {
            throw refused(
                    "repeats {" + inside + "}; allowed are up to " + MAX_REPEAT + " times, the smaller number first");
        }
        return new int[] {from, to};
    }

    private Part element() {
        char c = pattern.charAt(at++);
        switch (c) {
            case '(':
                return group();
            case '[':
                characterClass(1);
                return Part.CHARACTER;
            case '\\':
                return escape() ? Part.ASSERTION : Part.CHARACTER;
            case '^', '$':
                return Part.ASSERTION;
            case '*', '+', '?':
                throw refused("repeats nothing");
            default:
                return Part.CHARACTER;
        }
    }

    private Part group() {
        boolean looksAround = false;
        if (taken('*')) {
            throw refused("has a group that begins with *, which is not allowed");
        } else if (taken('?')) {
            int start = at;
            if (!taken("=") && !taken("!") && !taken("<=") && !taken("<!")) {
                skipWhile(c -> "im-".indexOf(c) >= 0);
                if (!taken(":")) {
                    throw refused("has a group (?" + pattern.substring(start, Math.min(start + 3, pattern.length()))
                            + "; allowed are (?:, (?i:, (?m:, (?=, (?!, (?<= and (?<!");
                }
            } else {
                looksAround = true;
            }
        }
        Part inner = alternatives();
        if (!taken(')')) {
            throw refused("has a parenthesis that is not closed");
        }
        return looksAround ? new Part(1, Math.max(1, inner.tries()), true, inner.size() + 1, true, false) : inner;
    }

    /** Reads to the bracket that closes a class, whose classes within may be nested. */
    private void characterClass(int nesting) {
        if (nesting > MAX_DEPTH) {
            throw refused("is nested deeper than " + MAX_DEPTH + " levels");
        }
        taken('^');
        taken(']'); // at the first position it is a character
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            if (c == ']') {
                return;
            } else if (c == '[') {
                characterClass(nesting + 1);
            } else if (c == '\\') {
                escape();
            }
        }
        throw refused("has a bracket that is not closed");
    }

    /** Returns whether it stands for a place and not for a character. */
    private boolean escape() {
        if (at == pattern.length()) {
            throw refused("ends in a backslash");
        }
        char c = pattern.charAt(at++);
        if (Character.isLetterOrDigit(c) && ESCAPES.indexOf(c) < 0) {
            throw refused("has \\" + c + "; allowed are classes of characters, and characters");
        }
        if ((c == 'p' || c == 'P' || c == 'x') && taken('{')) {
            skipWhile(inside -> inside != '}');
            if (!taken('}')) {
                throw refused("has a brace that is not closed");
            }
        }
        return ASSERTIONS.indexOf(c) >= 0;
    }

    private char peek() {
        return pattern.charAt(at);
    }

    private boolean taken(char c) {
        return taken(String.valueOf(c));
    }

    private boolean taken(String text) {
        boolean here = pattern.startsWith(text, at);
        at += here ? text.length() : 0;
        return here;
    }

    private void skipWhile(Predicate<Character> condition) {
        while (at < pattern.length() && condition.test(peek())) {
            at++;
        }
    }

    private IllegalArgumentException refused(String why) {
        String shown = pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
        return new IllegalArgumentException("regular expression (" + shown + ") " + why);
    }
}
