package dev.hone.error;

/**
 * A run that had to stop: a non-finite value, a guard that fired, memory that ran out.
 *
 * <p>The message starts with the step: {@code step 812: …}, and says what was saved.
 */
public class TrainingException extends HoneException {
    public TrainingException(String message) {
        super(message, null);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
