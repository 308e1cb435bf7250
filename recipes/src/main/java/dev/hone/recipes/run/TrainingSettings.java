package dev.hone.recipes.run;

import static dev.hone.error.Require.require;

import dev.hone.config.Alternative;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.model.Recomputation;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.train.AdamW;
import dev.hone.train.Hyperparameters;
import dev.hone.train.Muon;
import dev.hone.train.Optimizer;
import dev.hone.train.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long and how a run learns.
 *
 * @param epochs passes over the data; need not be whole
 * @param steps the same as a number of updates
 * @param minutes the same as a time: after some seconds of trying, as many steps as end near it
 * @param rowsPerStep rows, or packed rows, whose mean gradient makes one update
 * @param rowsPerBatch rows computed at once; {@code auto}: as many as {@code tokens-per-batch} and the machine's memory allow
 * @param compute type of the products; {@code auto}: bf16 where the processor multiplies it natively, else fp32
 * @param workers threads that compute micro-batches side by side; {@code auto}: all cores for models below 50 million
 *     parameters, else one, whose operations then use all cores
 * @param keepCheckpoints states to go on from, the newest so many; the best weights are kept apart from them
 * @param recompute what is computed again on the way back instead of kept: less memory, more time, equal steps
 * @param memory whether a run that needs more memory than there is begins
 */
public record TrainingSettings(
        @Default("3") @Alternative("length") @Nullable Double epochs,
        @Alternative("length") @Nullable Long steps,
        @Alternative("length") @Nullable Double minutes,
        @Default("8") int rowsPerStep,
        @Default("auto") Count rowsPerBatch,
        @Default("2048") int tokensPerBatch,
        double learningRate,
        @Default("{kind: cosine, warmup: 0.03}") ScheduleSettings schedule,
        @Default("{}") OptimizerSettings optimizer,
        @Default("1.0") double maxGradientNorm,
        @Default("auto") Compute compute,
        @Default("42") long seed,
        @Default("50") int evaluateEvery,
        @Default("50") int checkpointEvery,
        @Default("2") int keepCheckpoints,
        @Nullable EarlyStop earlyStop,
        @Default("auto") Count workers,
        @Default("none") Recomputation recompute,
        @Default("check") MemoryCheck memory) {
    public TrainingSettings {
        require(epochs == null || epochs > 0, "epochs (%s) must be positive", epochs);
        require(steps == null || steps > 0, "steps (%s) must be positive", steps);
        require(minutes == null || minutes > 0, "minutes (%s) must be positive", minutes);
        require(rowsPerStep > 0, "rowsPerStep (%d) must be positive", rowsPerStep);
        require(tokensPerBatch > 0, "tokensPerBatch (%d) must be positive", tokensPerBatch);
        require(learningRate > 0, "learningRate (%s) must be positive", learningRate);
        require(maxGradientNorm >= 0, "maxGradientNorm (%s) must not be negative", maxGradientNorm);
        require(evaluateEvery >= 0, "evaluateEvery (%d) must not be negative", evaluateEvery);
        require(checkpointEvery >= 0, "checkpointEvery (%d) must not be negative", checkpointEvery);
        require(keepCheckpoints > 0, "keepCheckpoints (%d) must be positive", keepCheckpoints);
    }

    /** What becomes of a run that needs more memory than there is, as far as can be foreseen. */
    public enum MemoryCheck {
        /** It does not begin, and is told what would fit. */
        CHECK,
        /** It begins. */
        IGNORE
    }

    /** A number, or {@code auto}. */
    public record Count(int value) {
        public Count {
            require(value >= 0, "count (%d) must be positive, or auto", value);
        }

        @FromScalar
        public static Count of(int value) {
            require(value > 0, "count (%d) must be positive, or auto", value);
            return new Count(value);
        }

        @FromScalar
        public static Count of(String word) {
            require(word.equals("auto"), "(%s) must be a positive number, or auto", word);
            return new Count(0);
        }

        @dev.hone.config.AsScalar
        public Object asScalar() {
            return value == 0 ? "auto" : value;
        }

        public boolean isAuto() {
            return value == 0;
        }
    }

    /** Element type of the products. */
    public enum Compute {
        AUTO,
        FP32,
        BF16;

        /** The type to compute in on this machine. */
        public DType type() {
            return switch (this) {
                case AUTO -> Engine.fastestCompute();
                case FP32 -> DType.F32;
                case BF16 -> DType.BF16;
            };
        }
    }

    /** See {@link Schedule}. */
    public record ScheduleSettings(
            @Default("cosine") Schedule.Kind kind,
            @Default("0.0") double warmup,
            @Default("0.1") double decay,
            @Default("cosine") Schedule.Shape decayShape,
            @Default("0.0") double floor,
            @Default("1") int cycles,
            @Default("1.0") double power) {
        @FromScalar
        public static ScheduleSettings of(Schedule.Kind kind) {
            return new ScheduleSettings(kind, 0, 0.1, Schedule.Shape.COSINE, 0, 1, 1);
        }

        Schedule schedule() {
            return new Schedule(kind, warmup, decay, decayShape, floor, cycles, power);
        }
    }

    /**
     * See {@link AdamW.Config} and {@link Muon.Config}.
     *
     * @param momentum of Muon, which updates the hidden matrices and leaves the rest to AdamW
     */
    public record OptimizerSettings(
            @Default("adamw") Kind kind,
            @Default("[0.9, 0.999]") List<Double> betas,
            @Default("1.0e-8") double epsilon,
            @Default("0.0") double weightDecay,
            @Default("0.95") double momentum) {
        /** The optimizers there are. */
        public enum Kind {
            ADAMW,
            MUON
        }

        public OptimizerSettings {
            require(betas.size() == 2, "betas (%s) must be two numbers", betas);
            betas = List.copyOf(betas);
        }

        Optimizer.Config config() {
            AdamW.Config adamw = new AdamW.Config(betas.get(0), betas.get(1), epsilon, weightDecay);
            return kind == Kind.MUON ? new Muon.Config(momentum, adamw) : adamw;
        }
    }

    /** Stops after so many evaluations without improvement. */
    public record EarlyStop(@Default("5") int patience) {
        public EarlyStop {
            require(patience > 0, "patience (%d) must be positive", patience);
        }
    }

    /** The same with micro-batches of at most so many tokens. */
    TrainingSettings withTokensPerBatch(int tokens) {
        return new TrainingSettings(
                epochs,
                steps,
                minutes,
                rowsPerStep,
                rowsPerBatch,
                tokens,
                learningRate,
                schedule,
                optimizer,
                maxGradientNorm,
                compute,
                seed,
                evaluateEvery,
                checkpointEvery,
                keepCheckpoints,
                earlyStop,
                workers,
                recompute,
                memory);
    }

    public Hyperparameters plan() {
        EarlyStop stop = earlyStop;
        return new Hyperparameters(
                learningRate,
                schedule.schedule(),
                optimizer.config(),
                maxGradientNorm,
                evaluateEvery,
                checkpointEvery,
                stop == null ? 0 : stop.patience(),
                seed);
    }
}
