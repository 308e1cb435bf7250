package dev.hone.report;

/**
 * Confidence intervals of measured proportions and means.
 *
 * <p>Wilson's score interval (Wilson, 1927) contains every proportion p that a normal test at level z would not reject:
 * with p̂ = k/n it solves {@code (p̂ - p)² = z² p (1 - p) / n} for p, whose two roots are
 *
 * <pre>
 *   (p̂ + z²/2n ± z √(p̂(1-p̂)/n + z²/4n²)) / (1 + z²/n)
 * </pre>
 *
 * Unlike the textbook p̂ ± z√(p̂(1-p̂)/n) it stays inside [0, 1] and has a width also at 0 of n and n of n.
 *
 * <p>For a mean of anything else there is the percentile bootstrap (Efron, 1979): as many values as there are, drawn from them with
 * replacement, have a mean too; the interval is what the middle 95 % of many such means span. It is a function of the values and its
 * seed.
 */
public final class Intervals {
    /** The 0.975 quantile of the standard normal distribution: 95 % lie within ± this. */
    public static final double Z95 = 1.959963984540054;

    private Intervals() {}

    /** The 95 % interval for {@code right} of {@code total}. */
    public static Interval wilson(long right, long total) {
        return wilson(right, total, Z95);
    }

    /**
     * The interval for {@code right} of {@code total} at {@code z} standard deviations; [0, 1] when nothing was tried.
     *
     * @throws IllegalArgumentException if the counts are negative or out of order, or z is not positive
     */
    public static Interval wilson(long right, long total, double z) {
        if (right < 0 || right > total) {
            throw new IllegalArgumentException("right (%d) must be from 0 to total (%d)".formatted(right, total));
        }
        if (!(z > 0) || Double.isInfinite(z)) {
            throw new IllegalArgumentException("z (%s) must be positive and finite".formatted(z));
        }
        if (total == 0) {
            return new Interval(0, 1);
        }
        double n = total;
        double share = right / n;
        double z2 = z * z;
        double middle = share + z2 / (2 * n);
        double reach = z * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
        double scale = 1 + z2 / n;
        // The ends are exactly 0 and 1 there; rounding would leave 1e-17 or 1 + 1e-16.
        double low = right == 0 ? 0 : (middle - reach) / scale;
        double high = right == total ? 1 : (middle + reach) / scale;
        return new Interval(low, high);
    }

    /**
     * The 95 % bootstrap interval of the weighted mean {@code Σ w v / Σ w}; values are drawn together with their weights.
     *
     * @throws IllegalArgumentException if there is no value, or not as many weights, or no weight is above zero
     */
    public static Interval bootstrap(double[] values, double[] weights, long seed) {
        return Bootstrap.of(values, weights, seed).interval();
    }
}
