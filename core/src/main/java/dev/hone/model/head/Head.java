package dev.hone.model.head;

import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * What a model ends in: hidden states at a batch's targets become numbers, the {@linkplain Statistic statistics} that are
 * requested. No graph runs through a head; the caller cuts the graph at the hidden states and hands the returned gradient on.
 */
public sealed interface Head permits TokenHead, ScoreHead, ValueHead {
    /** What is requested of it by default. */
    RequestedStatistics usual();

    /**
     * The requested statistics of each target [targets] in float32, without a graph; {@link IllegalArgumentException} for a
     * statistic that this kind of head does not give.
     *
     * @param hidden hidden states [targets, hidden]
     * @param tokens the token of each target
     */
    Map<Statistic, Tensor> score(Tensor hidden, int[] tokens, RequestedStatistics question);

    /**
     * The same, and the objective's gradient, in one pass.
     *
     * @param scoreGradients the gradient of the objective with respect to the statistics
     * @return the statistics, and ∂L/∂hidden; the gradient of the head's own weight is added to it if it is trained
     */
    HeadOutput scoreAndDifferentiate(
            Tensor hidden, int[] tokens, RequestedStatistics question, ScoreGradients scoreGradients);

    /** Statistics of the targets and the gradient of the loss with respect to the hidden states they were computed from. */
    record HeadOutput(Map<Statistic, Tensor> scores, Tensor hiddenGradient) {}
}
