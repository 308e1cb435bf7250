package dev.hone.model;

import dev.hone.data.Targets;
import dev.hone.tensor.Tensor;

/**
 * What a model says about a batch's targets: all that an objective sees of the model.
 *
 * @param logProbabilities natural log of the probability of each target's token [targets], float32
 * @param targets the targets they belong to, in the same order
 */
public record Scores(Tensor logProbabilities, Targets targets) {
    /** The targets' weights as a tensor [targets]. */
    public Tensor weights() {
        return Tensor.of(targets.weight(), targets.count());
    }
}
