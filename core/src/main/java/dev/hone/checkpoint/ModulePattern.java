package dev.hone.checkpoint;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression over module names, as {@code adapter_config.json} holds them. It comes out of a file, so its length
 * and the work it may cause are bounded: {@link IllegalArgumentException} where it asks for more, or is no expression.
 */
final class ModulePattern {
    private static final int MAX_LENGTH = 4_000;
    private static final int MAX_STEPS = 200_000;

    private final String text;
    private final Pattern pattern;

    private ModulePattern(String text, String expression) {
        this.text = text;
        try {
            this.pattern = Pattern.compile(expression.replace("(?P<", "(?<"));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("(" + text + ") is not a regular expression: " + e.getDescription(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("(" + abbreviated(text) + ") is nested too deeply", e);
        }
    }

    /** Matches whole names. */
    static ModulePattern whole(String text) {
        return new ModulePattern(bounded(text), text);
    }

    /** Matches names that are, or after a dot end in, something the expression matches. */
    static ModulePattern ending(String text) {
        return new ModulePattern(bounded(text), "(.*\\.)?(" + text + ")");
    }

    /** Begins with something the expression matches, and then a number of its own between dots. */
    static ModulePattern numbered(String text) {
        return new ModulePattern(bounded(text), text + "\\.(\\d+)\\..*");
    }

    /** The number in a name that is {@linkplain #numbered numbered}; empty where it does not match. */
    OptionalInt number(String module) {
        try {
            Matcher matcher = pattern.matcher(new Counted(module, new int[] {MAX_STEPS}));
            return matcher.matches()
                    ? OptionalInt.of(Integer.parseInt(matcher.group(matcher.groupCount())))
                    : OptionalInt.empty();
        } catch (TooMuchWork | StackOverflowError e) {
            throw tooMuch(e);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private IllegalArgumentException tooMuch(Throwable e) {
        return new IllegalArgumentException(
                "(" + abbreviated(text) + ") takes too long to match; name the modules in a list instead", e);
    }

    @Override
    public String toString() {
        return abbreviated(text);
    }

    private static String bounded(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("(" + abbreviated(text) + ") has " + text.length()
                    + " characters; an expression may have at most " + MAX_LENGTH);
        }
        return text;
    }

    private static String abbreviated(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    boolean matches(String module) {
        try {
            return pattern.matcher(new Counted(module, new int[] {MAX_STEPS})).matches();
        } catch (TooMuchWork | StackOverflowError e) {
            throw tooMuch(e);
        }
    }

    private static final class TooMuchWork extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A name that may be looked at a bounded number of times: backtracking reads again and again. */
    @SuppressWarnings("ArrayRecordComponent") // the counter is shared on purpose
    private record Counted(CharSequence name, int[] left) implements CharSequence {
        @Override
        public int length() {
            return name.length();
        }

        @Override
        public char charAt(int index) {
            if (left[0]-- <= 0) {
                throw new TooMuchWork();
            }
            return name.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(name.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }
}
