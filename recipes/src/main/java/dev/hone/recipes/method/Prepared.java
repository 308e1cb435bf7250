package dev.hone.recipes.method;

import dev.hone.objective.Objective;
import dev.hone.train.ReferenceModel;
import org.jspecify.annotations.Nullable;

/**
 * What a method trains, and on what.
 *
 * @param rows with all annotations of frozen models, as far as that is computed before the first step
 * @param reference annotates each batch when its turn comes; null: none is needed
 * @param pending annotates every row before the first step, which has not been done: rows prepared for timing; null: nothing
 *     is pending
 */
public record Prepared(
        Objective objective,
        RunRows rows,
        @Nullable ReferenceModel reference,
        @Nullable ReferenceModel pending) {
    /** An objective that needs nothing but the rows. */
    public static Prepared of(Objective objective, RunRows rows) {
        return new Prepared(objective, rows, null, null);
    }

    /** An objective whose batches are annotated when their turn comes. */
    public static Prepared withEachBatch(Objective objective, RunRows rows, ReferenceModel reference) {
        return new Prepared(objective, rows, reference, null);
    }
}
