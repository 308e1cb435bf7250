package dev.hone.error;

/**
 * A checkpoint, adapter or run directory that is missing, damaged or does not fit.
 *
 * <p>The message starts with the file or folder.
 */
public final class CheckpointException extends HoneException {
    public CheckpointException(String message) {
        super(message, null);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
