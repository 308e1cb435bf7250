package dev.hone.error;

/**
 * Rows, text or a file of the user's data that cannot be used.
 *
 * <p>The message starts with the file and line: {@code train.jsonl:381: …}.
 */
public final class DataException extends HoneException {
    public DataException(String message) {
        super(message, null);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
