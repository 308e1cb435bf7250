package dev.hone.train;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import org.jspecify.annotations.Nullable;

/**
 * The hyperparameters of a run, apart from its data.
 *
 * @param learningRate peak rate, which the schedule multiplies
 * @param maxGradientNorm larger gradient norms are clipped to it; 0: never
 * @param evaluateEvery steps between validations; 0: only at the end
 * @param checkpointEvery steps between checkpoints; 0: only at the end
 * @param earlyStop when a run without improvement stops; null: never
 * @param seed of everything random
 */
public record Hyperparameters(
        double learningRate,
        @Default("{kind: cosine, warmup: 0.03}") Schedule schedule,
        @Default("{}") Optimizer.OptimizerConfig optimizer,
        @Default("1.0") double maxGradientNorm,
        @Default("50") int evaluateEvery,
        @Default("50") int checkpointEvery,
        @Nullable EarlyStop earlyStop,
        @Default("42") long seed) {
    /** Stops a run after {@code patience} evaluations without improvement. */
    public record EarlyStop(@Default("5") int patience) {
        public EarlyStop {
            require(patience > 0, "patience (%d) must be positive", patience);
            requireAtMost("patience", patience, 1e6);
        }
    }

    public Hyperparameters {
        require(learningRate > 0, "learning-rate (%s) must be positive", learningRate);
        requireAtMost("learning-rate", learningRate, 1e30); // beyond, an update leaves float32
        require(maxGradientNorm >= 0, "max-gradient-norm (%s) must not be negative", maxGradientNorm);
        requireAtMost("max-gradient-norm", maxGradientNorm, 1e9);
        require(evaluateEvery >= 0, "evaluate-every (%d) must not be negative", evaluateEvery);
        requireAtMost("evaluate-every", evaluateEvery, 1e8);
        require(checkpointEvery >= 0, "checkpoint-every (%d) must not be negative", checkpointEvery);
        requireAtMost("checkpoint-every", checkpointEvery, 1e8);
    }

    /** A good first choice: AdamW, three percent of warm-up, cosine decay to zero, gradients clipped at 1. */
    public static Hyperparameters standard(double learningRate, long seed) {
        return new Hyperparameters(
                learningRate,
                Schedule.cosine(0.03),
                Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()),
                1,
                0,
                0,
                null,
                seed);
    }

    /** The largest learning rate of a run of {@code total} steps, as the weights see it: 0 where none of them can change. */
    public float largestRate(long total) {
        return (float) (learningRate * schedule.largest(total));
    }

    /** Evaluations without improvement after which the run stops; 0: never. */
    int patience() {
        EarlyStop stop = earlyStop;
        return stop == null ? 0 : stop.patience();
    }

    /** The same at a constant rate, without evaluations, checkpoints or early stop. */
    public Hyperparameters constant() {
        return new Hyperparameters(learningRate, Schedule.constant(), optimizer, maxGradientNorm, 0, 0, null, seed);
    }
}
