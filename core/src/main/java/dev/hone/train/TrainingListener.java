package dev.hone.train;

/** Follows a run: called on the training thread and in order. */
public interface TrainingListener {
    /** A step is complete. */
    default void stepped(StepReport report) {}

    /** Numbers of the step at hand are non-finite or far off; {@link #stepped} follows only where the run continues. */
    default void faulted(NumericalFault fault) {}

    /** The run was validated; the result has the measures of other validations beside. */
    default void evaluated(Progress progress, ValidationResult result) {}

    /** The run is back after these steps; what later ones did is undone. */
    default void rolledBack(Progress progress) {}

    /** Everything up to this step has to be made durable; the trainer's state follows. */
    default void checkpointing(Progress progress) {}
}
