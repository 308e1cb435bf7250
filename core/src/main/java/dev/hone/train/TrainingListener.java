package dev.hone.train;

/** Told what happens in a run, on the training thread and in order. */
public interface TrainingListener {
    /** A step is complete. */
    default void stepped(StepReport report) {}

    /** Numbers of the step at hand went wrong; {@link #stepped} follows only where the run goes on. */
    default void faulted(NumericalFault fault) {}

    /** The held-out rows were measured. */
    default void evaluated(Progress progress, Metrics heldOut) {}

    /** Everything up to this step is to be made durable; the trainer's state follows. */
    default void checkpointing(Progress progress) {}
}
