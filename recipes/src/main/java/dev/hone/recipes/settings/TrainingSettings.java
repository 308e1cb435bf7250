package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;

import dev.hone.checkpoint.SaveType;
import dev.hone.config.Alternative;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.model.Recomputation;
import dev.hone.tensor.ComputeType;
import dev.hone.train.Hyperparameters;
import org.jspecify.annotations.Nullable;

/**
 * How long and how a run is trained. The groups are those of the code; in the file all settings stand side by side.
 *
 * @param keepCheckpoints the newest n states are kept to resume from; the best weights are kept apart from them
 * @param saveType type that {@code final} and {@code best} of full fine-tuning are saved in; in fp32 they are the weights that were
 *     measured, a narrower type rounds updates of small learning rates away
 */
public record TrainingSettings(
        @Flattened Length length,
        @Flattened BatchSettings batch,
        @Flattened Hyperparameters hyperparameters,
        @Flattened Execution execution,
        @Default("2") int keepCheckpoints,
        @Default("fp32") SaveType saveType) {
    /** The most updates of a run, and the most of whatever is counted in them. */
    public static final long MOST_STEPS = 100_000_000;

    /** The most tokens of a row, or of a micro-batch. */
    public static final int MOST_TOKENS = 1 << 24;

    private static final int MOST_ROWS = 1 << 20;
    private static final int MOST_WORKERS = 1024;
    private static final int MOST_STATES = 10_000;
    private static final double MOST_EPOCHS = 10_000;
    private static final double MOST_MINUTES = 1_000_000;

    public TrainingSettings {
        require(
                keepCheckpoints > 0 && keepCheckpoints <= MOST_STATES,
                "keepCheckpoints (%d) must be positive and at most %d",
                keepCheckpoints,
                MOST_STATES);
    }

    /**
     * How long a run is trained; one of the three.
     *
     * @param epochs passes over the data; need not be whole
     * @param steps updates
     * @param minutes wall-clock time: after some seconds of measuring, as many steps as end near it
     */
    public record Length(
            @Default("3") @Alternative("length") @Nullable Double epochs,
            @Alternative("length") @Nullable Long steps,
            @Alternative("length") @Nullable Double minutes) {
        public Length {
            require(
                    epochs == null || epochs > 0 && epochs <= MOST_EPOCHS,
                    "epochs (%s) must be positive and at most %.0f",
                    epochs,
                    MOST_EPOCHS);
            require(
                    steps == null || steps > 0 && steps <= MOST_STEPS,
                    "steps (%s) must be positive and at most %d",
                    steps,
                    MOST_STEPS);
            require(
                    minutes == null || minutes > 0 && minutes <= MOST_MINUTES,
                    "minutes (%s) must be positive and at most %.0f",
                    minutes,
                    MOST_MINUTES);
        }
    }

    /**
     * How rows become steps and micro-batches.
     *
     * @param rowsPerStep rows, or packed rows, whose mean gradient makes one update
     * @param rowsPerBatch rows of a micro-batch; {@code auto}: as many as {@code tokens-per-batch} and the machine's memory allow
     * @param tokensPerBatch at most n tokens in a micro-batch, where its rows are left open
     */
    public record BatchSettings(
            @Default("8") int rowsPerStep,
            @Default("auto") Count rowsPerBatch,
            @Default("2048") int tokensPerBatch) {
        public BatchSettings {
            require(
                    rowsPerStep > 0 && rowsPerStep <= MOST_ROWS,
                    "rowsPerStep (%d) must be positive and at most %d",
                    rowsPerStep,
                    MOST_ROWS);
            require(
                    rowsPerBatch.value() <= MOST_ROWS,
                    "rowsPerBatch (%d) must be positive and at most %d, or auto",
                    rowsPerBatch.value(),
                    MOST_ROWS);
            require(
                    tokensPerBatch > 0 && tokensPerBatch <= MOST_TOKENS,
                    "tokensPerBatch (%d) must be positive and at most %d",
                    tokensPerBatch,
                    MOST_TOKENS);
        }

        BatchSettings withTokensPerBatch(int tokens) {
            return new BatchSettings(rowsPerStep, rowsPerBatch, tokens);
        }
    }

    /**
     * How a run uses the machine; the results differ by rounding at most.
     *
     * @param compute type of the products; {@code auto}: bf16 where the processor multiplies it natively, else fp32
     * @param workers threads that compute micro-batches side by side; {@code auto}: all cores for models below 50 million
     *     parameters, else one, whose operations then use all cores
     * @param recompute which activations are recomputed in the backward pass instead of kept: less memory, more time, equal
     *     steps
     * @param memory whether a run that needs more memory than there is begins
     */
    public record Execution(
            @Default("auto") ComputeType compute,
            @Default("auto") Count workers,
            @Default("none") Recomputation recompute,
            @Default("check") MemoryCheck memory) {
        public Execution {
            require(
                    workers.value() <= MOST_WORKERS,
                    "workers (%d) must be positive and at most %d, or auto",
                    workers.value(),
                    MOST_WORKERS);
        }
    }

    /** What happens to a run that is estimated to need more memory than there is. */
    public enum MemoryCheck {
        /** It does not begin, and the error says what would fit. */
        CHECK,
        /** It begins. */
        IGNORE
    }

    /** The same with at most {@code tokens} tokens in a micro-batch. */
    public TrainingSettings withTokensPerBatch(int tokens) {
        return new TrainingSettings(
                length, batch.withTokensPerBatch(tokens), hyperparameters, execution, keepCheckpoints, saveType);
    }

    /** The same, saved in another type. */
    public TrainingSettings withSaveType(SaveType other) {
        return new TrainingSettings(length, batch, hyperparameters, execution, keepCheckpoints, other);
    }
}
