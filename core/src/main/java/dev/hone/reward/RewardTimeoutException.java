package dev.hone.reward;

import dev.hone.error.TrainingException;

/** A reward that took longer than it may. */
public final class RewardTimeoutException extends TrainingException {
    public RewardTimeoutException(String message) {
        super(message);
    }
}
