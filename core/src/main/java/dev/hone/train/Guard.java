package dev.hone.train;

/**
 * Judges a policy whenever its run is validated: whether its weights may become the result, and what happens where they may not. A
 * verdict depends on what was measured and on what the guard has in saved states, so that a run that is resumed comes to the same one.
 */
public interface Guard {
    /** What follows from a validation. */
    enum Verdict {
        /** The weights may become the result. They are kept as the last good state. */
        HOLDS,
        /** They may not be chosen as the best; the run goes on. */
        EXCEEDED,
        /** The run ends here. */
        STOP,
        /** The run ends at the last good state, or at its start where there is none. */
        ROLL_BACK,
        /** The run continues from there, with whatever {@link #retrying} changes. */
        RETRY
    }

    /**
     * @param step after which the run was validated
     * @param found with all that is reported beside
     */
    Verdict judge(long step, ValidationResult found);

    /** The run is back after {@code step} steps, and every part of its state with it; what is changed now is saved. */
    default void retrying(long step) {}
}
