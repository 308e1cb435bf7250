package dev.hone.objective;

import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.model.head.TeacherDivergence;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the policy's scores for a batch into named sums. Holds hyperparameters and a formula, nothing else.
 *
 * <p>The trainer adds the weights over all micro-batches of a step, divides each sum by its total weight and adds up the
 * terms; so splitting a step into micro-batches never changes it. Implementations are immutable.
 */
public interface Objective {
    /** The objective of one batch of a step: this, unless a step has several side by side. */
    default Objective of(Batch batch) {
        return this;
    }

    /** What each sum will be divided by; known from the data alone, before the first forward pass. */
    Map<Term, Double> weights(Batch batch);

    /** The sums, differentiable in the scores. */
    Map<Term, Tensor> sums(Scores policy, Batch batch);

    /** The statistics it needs of each target, beside {@link Statistic#LOG_PROBABILITY}, which is always there. */
    default Set<Statistic> reads() {
        return Set.of(Statistic.LOG_PROBABILITY);
    }

    /** What {@link Statistic#DIVERGENCE} is measured from at a batch's targets, for objectives that read it. */
    default @Nullable TeacherDivergence comparison(Batch batch) {
        return null;
    }

    /** Measures beside the loss, summed over the batch; a step divides them by what it {@linkplain #measured measured}. */
    default Map<String, Double> measures(Scores policy, Batch batch) {
        return Map.of();
    }

    /** What a batch adds to the number that measures are divided by: the weight of {@link Term#LOSS}, unless they are other means. */
    default double measured(Batch batch) {
        return weights(batch).getOrDefault(Term.LOSS, 0.0);
    }

    /** Measures that are no means: a step takes the largest of its batches. */
    default Map<String, Double> largest(Scores policy, Batch batch) {
        return Map.of();
    }

    /**
     * Whether the formula needs something of the policy that depends on all rows of a step: then the step's batches are scored
     * in a first pass, without a graph.
     */
    default boolean needsFirstPass() {
        return false;
    }

    /** The statistics that the first pass gives. */
    default Set<Statistic> firstPassReads() {
        return Set.of(Statistic.LOG_PROBABILITY);
    }

    /** The part of a batch that the first pass scores: all of it, unless an objective needs less. */
    default Batch firstPassPart(Batch batch) {
        return batch;
    }

    /** The part of a batch that the sums depend on and that is computed for the gradient: all of it, unless an objective needs less. */
    default Batch trainedPart(Batch batch) {
        return batch;
    }

    /**
     * This objective with what the first pass found in the whole step, which is a constant to the gradient.
     *
     * @param window the scores of each batch
     * @param batches the batches, as {@link #firstPassPart} made them
     */
    default Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
        return this;
    }

    /**
     * Whether the sums add up terms that each depend on the statistics of one target, besides what the batch states: then too one pass
     * over the vocabulary is enough.
     */
    default boolean isSeparable() {
        return isLinear();
    }

    /**
     * Whether the sums are linear in the statistics it reads, so that their gradients are known before the scores: then scores and
     * gradients are computed in one pass over the vocabulary instead of two.
     */
    default boolean isLinear() {
        return false;
    }
}
