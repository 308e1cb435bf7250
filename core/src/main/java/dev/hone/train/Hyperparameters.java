package dev.hone.train;

import static dev.hone.error.Require.require;

/**
 * How a run learns, apart from what it learns from.
 *
 * @param learningRate peak rate, which the schedule multiplies
 * @param maxGradientNorm gradients longer than this are shortened to it; 0: never
 * @param evaluateEvery steps between evaluations; 0: only at the end
 * @param checkpointEvery steps between checkpoints; 0: only at the end
 * @param patience evaluations without improvement after which the run stops; 0: never
 * @param seed of everything random
 */
public record Hyperparameters(
        double learningRate,
        Schedule schedule,
        Optimizer.Config optimizer,
        double maxGradientNorm,
        int evaluateEvery,
        int checkpointEvery,
        int patience,
        long seed) {
    public Hyperparameters {
        require(learningRate > 0, "learning-rate (%s) must be positive", learningRate);
        require(maxGradientNorm >= 0, "max-gradient-norm (%s) must not be negative", maxGradientNorm);
        require(evaluateEvery >= 0, "evaluate-every (%d) must not be negative", evaluateEvery);
        require(checkpointEvery >= 0, "checkpoint-every (%d) must not be negative", checkpointEvery);
        require(patience >= 0, "patience (%d) must not be negative", patience);
    }
}
