package dev.hone.model;

import dev.hone.data.Targets;
import dev.hone.tensor.Tensor;

/**
 * What a model says about a batch's targets: all that an objective sees of the model.
 *
 * @param logProbabilities what the head says of each target [targets], float32: the natural log of its token's probability;
 *     of a model that scores texts, the score
 * @param targets the targets they belong to, in the same order
 */
public record Scores(Tensor logProbabilities, Targets targets) {
    /** The same numbers, by the name they have where the model scores texts [targets]. */
    public Tensor rewards() {
        return logProbabilities;
    }

    /** The targets' weights as a tensor [targets]. */
    public Tensor weights() {
        return Tensor.of(targets.weight(), targets.count());
    }
}
