package dev.hone.train;

import dev.hone.data.loader.StepRow;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A measure of the policy that is taken as a run goes: a loss of held-out rows, later a reward on prompts. It leaves weights and
 * gradients alone.
 */
public interface Validation {
    /** Which values of a measure are the better ones. */
    enum Direction {
        LOWER_IS_BETTER,
        HIGHER_IS_BETTER;

        /** Whether a value is better than another; never if it is not finite. */
        boolean isBetter(double value, double other) {
            return Double.isFinite(value) && (this == LOWER_IS_BETTER ? value < other : value > other);
        }

        /** What nothing is worse than. */
        double worst() {
            return this == LOWER_IS_BETTER ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
    }

    /** What it is called in metrics and in a saved state, such as {@code loss}. */
    String name();

    Direction direction();

    /**
     * Takes the measure with the weights as they are.
     *
     * @param stop asked between batches
     * @throws dev.hone.error.StoppedException if that says so
     */
    ValidationResult measure(BooleanSupplier stop);

    /** The rows it measured, each alone, to find those of a value that is not finite; empty where it has none to name. */
    default List<StepRow> rows() {
        return List.of();
    }
}
