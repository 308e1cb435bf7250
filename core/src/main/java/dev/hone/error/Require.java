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
}
