package dev.hone.model;

import dev.hone.tensor.Tensor;

/**
 * What a model ends in: hidden states at a batch's targets become one number each. No graph runs through a head; the caller
 * cuts the graph at the hidden states and hands the returned gradient on.
 */
public sealed interface Head permits TokenHead, ScoreHead {
    /**
     * The number of each target [targets] in float32, without a graph.
     *
     * @param hidden hidden states [targets, hidden]
     * @param tokens the token of each target
     */
    Tensor score(Tensor hidden, int[] tokens);

    /**
     * The same, and what an objective makes of it.
     *
     * @param slopes ∂L/∂score for each target
     * @return the scores, and ∂L/∂hidden; the gradient of the head's own weight is added to it if it is trained
     */
    Result scoreAndDifferentiate(Tensor hidden, int[] tokens, float[] slopes);

    /** Scores of the targets and the gradient of the loss with respect to the hidden states they were computed from. */
    record Result(Tensor scores, Tensor hiddenGradient) {}
}
