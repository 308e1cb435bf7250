package dev.hone.hub;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What went wrong in a way that may not happen again: a busy server, a fault of it, half an answer. Its message says what. */
final class TransientException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Duration wait;

    TransientException(String message) {
        this(message, null);
    }

    /** @param wait how long the server asks to wait; null: it does not say */
    TransientException(String message, @Nullable Duration wait) {
        super(message);
        this.wait = wait;
    }

    @Nullable
    Duration asked() {
        return wait;
    }
}
