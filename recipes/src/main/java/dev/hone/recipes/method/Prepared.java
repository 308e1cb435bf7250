package dev.hone.recipes.method;

import dev.hone.data.batch.Batch;
import dev.hone.objective.Objective;
import dev.hone.rollout.batch.Credit;
import dev.hone.train.ReferenceModel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a method trains, and on what.
 *
 * @param rows with all annotations of frozen models, as far as that is computed before the first step
 * @param reference annotates each batch when its turn comes; null: none is needed
 * @param sampled null: the rows are trained on as they are
 * @param pending annotates every row before the first step, which has not been done: rows prepared for timing; null: nothing
 *     is pending
 */
public record Prepared(
        Objective objective,
        RunRows rows,
        @Nullable ReferenceModel reference,
        @Nullable ReferenceModel pending,
        @Nullable Sampled sampled) {
    /**
     * What is done with rollouts, where rows are prompts.
     *
     * @param passes how often those of a step are learned from
     * @param reference gives the log-probability of each target of a batch of rollouts under another model, before they are learned from;
     *     null: none is needed
     * @param showsAnswers whether that model is shown the answer of a prompt
     * @param hasCritic whether the policy's critic values them
     * @param hintBelow prompts none of whose completions has this reward are asked again with the answer shown; null: they are not
     */
    public record Sampled(
            Credit credit,
            int passes,
            @Nullable Function<Batch, float[]> reference,
            boolean showsAnswers,
            boolean hasCritic,
            @Nullable Double hintBelow) {
        static Sampled of(Credit credit, int passes) {
            return new Sampled(credit, passes, null, false, false, null);
        }

        Sampled scoredBy(Function<Batch, float[]> model) {
            return new Sampled(credit, passes, model, false, hasCritic, hintBelow);
        }

        Sampled shownAnswers(Function<Batch, float[]> model) {
            return new Sampled(credit, passes, model, true, hasCritic, hintBelow);
        }

        Sampled valued() {
            return new Sampled(credit, passes, reference, showsAnswers, true, hintBelow);
        }

        Sampled hinting(double below) {
            return new Sampled(credit, passes, reference, showsAnswers, hasCritic, below);
        }
    }

    /** An objective of what is sampled. */
    static Prepared sampled(Objective objective, RunRows rows, Sampled sampled) {
        return new Prepared(objective, rows, null, null, sampled);
    }

    /** An objective of data at rest. */
    public Prepared(
            Objective objective, RunRows rows, @Nullable ReferenceModel reference, @Nullable ReferenceModel pending) {
        this(objective, rows, reference, pending, null);
    }

    /** An objective that needs nothing but the rows. */
    public static Prepared of(Objective objective, RunRows rows) {
        return new Prepared(objective, rows, null, null);
    }

    /** An objective whose batches are annotated when their turn comes. */
    public static Prepared withEachBatch(Objective objective, RunRows rows, ReferenceModel reference) {
        return new Prepared(objective, rows, reference, null);
    }
}
