package dev.hone.report;

import java.util.Locale;

/** A closed range of plausible values for something measured. Both ends are finite and in order. */
public record Interval(double low, double high) {
    public Interval {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
            throw new IllegalArgumentException("interval (%s to %s) must be finite and in order".formatted(low, high));
        }
    }

    /** Whether {@code value} lies inside, ends included. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Both ends as percentages with one decimal, {@code "49.0–94.3"}: for intervals of proportions. */
    public String percent() {
        return String.format(Locale.ROOT, "%.1f–%.1f", 100 * low, 100 * high);
    }
}
