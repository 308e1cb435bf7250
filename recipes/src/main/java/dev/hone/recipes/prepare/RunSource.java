package dev.hone.recipes.prepare;

import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.train.Trainer;
import dev.hone.train.Validation;
import org.jspecify.annotations.Nullable;

/**
 * What a run learns from step by step, and what it is validated by.
 *
 * @param heldOut rows whose loss is measured; may be empty
 * @param validation what is measured in place of that loss; null: nothing
 * @param heldOutPrompts how many prompts that is measured on
 * @param rollouts what samples the policy, which closing this closes; null: nothing does
 */
public record RunSource(
        BatchSource batches,
        StepBatches heldOut,
        @Nullable Validation validation,
        int heldOutPrompts,
        @Nullable RunRollouts rollouts)
        implements AutoCloseable {
    /** Lets a trainer take the measure. */
    public void validate(Trainer trainer) {
        trainer.evaluateOn(heldOut);
        Validation known = validation;
        if (known != null) {
            trainer.validateBy(known);
        }
    }

    @Override
    public void close() {
        RunRollouts known = rollouts;
        if (known != null) {
            known.close();
        }
    }
}
