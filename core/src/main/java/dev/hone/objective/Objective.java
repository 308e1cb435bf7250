package dev.hone.objective;

import dev.hone.data.Batch;
import dev.hone.model.Scores;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Turns the policy's scores for a batch into named sums. Holds hyperparameters and a formula, nothing else.
 *
 * <p>The trainer adds the weights over all micro-batches of a step, divides each sum by its total weight and adds up the
 * terms; so splitting a step into micro-batches never changes it. Implementations are immutable.
 *
 * @param <B> the kind of batch this objective understands
 */
public interface Objective<B extends Batch> {
    /** What each sum will be divided by; known from the data alone, before the first forward pass. */
    Map<Term, Double> weights(B batch);

    /** The sums, differentiable in the scores. */
    Map<Term, Tensor> sums(Scores policy, B batch);

    /** What is worth knowing beside the loss, summed over the batch; a step divides it by the weight of {@link Term#LOSS}. */
    default Map<String, Double> measures(Scores policy, B batch) {
        return Map.of();
    }

    /**
     * Whether the sums are linear in the log-probabilities, so that their slopes are known before any score is: then scores
     * and gradients are computed in one pass over the vocabulary instead of two.
     */
    default boolean isLinear() {
        return false;
    }
}
