package dev.hone.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can understand and act on; its message is shown as it is.
 *
 * <p>The message says what was found, where, what is allowed and what to do next, in lower case. Whatever else is thrown
 * (an {@link IllegalArgumentException} apart, which blames the calling code) is a bug.
 */
public abstract class HoneException extends RuntimeException {
    protected HoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What to show the user. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
