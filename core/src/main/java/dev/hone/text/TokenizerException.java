package dev.hone.text;

import dev.hone.error.HoneException;
import org.jspecify.annotations.Nullable;

/** A tokenizer's files are missing, damaged or contradict each other; the message names the file and a remedy. */
public final class TokenizerException extends HoneException {
    public TokenizerException(String message) {
        this(message, null);
    }

    public TokenizerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
