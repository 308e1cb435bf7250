package dev.hone.error;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The check of an argument, in one line: {@code require(rank > 0, "rank (%d) must be positive", rank)}. */
public final class Require {
    private Require() {}

    /**
     * Does nothing where {@code holds}.
     *
     * <p>In a configuration record, start the message with the component's name: the reader replaces it by the key's full
     * name and adds its line.
     *
     * @throws IllegalArgumentException otherwise, with the message; numbers are written the same way in every locale
     */
    public static void require(boolean holds, String message, @Nullable Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    /**
     * Does nothing where a number is at most {@code most}: beyond it, a setting is a slip of the pen, and would take hours or all memory
     * to turn out as one.
     *
     * @param name as in the message of {@link #require}
     */
    public static void requireAtMost(String name, double value, double most) {
        require(value <= most, "%s (%s) must be at most %s", name, plain(value), plain(most));
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
