package dev.hone.recipes.evaluate;

import dev.hone.report.Interval;
import dev.hone.train.Validation.Direction;

/**
 * The number that an evaluation task comes down to. Immutable.
 *
 * @param value an accuracy or a score from 0 to 1, or a mean loss in nats
 * @param interval the 95 % interval of {@code value}
 */
public record Measure(double value, Interval interval, Direction direction) {
    /** How much worse it is than before, relative to it: 0.02 of an accuracy that fell from 0.50 to 0.49; negative for a gain. */
    public double lossFrom(Measure before) {
        double worse = direction == Direction.LOWER_IS_BETTER ? value - before.value : before.value - value;
        return worse == 0 ? 0 : worse / Math.abs(before.value);
    }
}
