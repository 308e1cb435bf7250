package dev.hone.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Weighted means of many resamples of some values, in ascending order. The draws follow the seed alone.
 *
 * @param means one for each resample
 */
@SuppressWarnings("ArrayRecordComponent") // sorted here and read by its own methods
record Bootstrap(double[] means) {
    private static final int RESAMPLES = 2000;

    static Bootstrap of(double[] values, double[] weights, long seed) {
        if (values.length == 0 || values.length != weights.length) {
            throw new IllegalArgumentException(
                    "%d values with %d weights cannot be resampled".formatted(values.length, weights.length));
        }
        if (!(Arrays.stream(weights).sum() > 0)) {
            throw new IllegalArgumentException("no weight is above zero");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            double weight = 0;
            while (weight == 0) { // of values without weight alone there is no mean
                sum = 0;
                for (int drawn = 0; drawn < values.length; drawn++) {
                    int at = random.nextInt(values.length);
                    sum += weights[at] * values[at];
                    weight += weights[at];
                }
            }
            means[i] = sum / weight;
        }
        Arrays.sort(means);
        return new Bootstrap(means);
    }

    /** What the middle 95 % of the means span. */
    Interval interval() {
        return new Interval(quantile(0.025), quantile(0.975));
    }

    /** Between two means, in proportion to their distances from it. */
    private double quantile(double share) {
        double at = share * (means.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, means.length - 1);
        return means[below] + (at - below) * (means[above] - means[below]);
    }

    /** Twice the smaller share of means on one side of zero, as a two-sided p-value; the sample itself counts as one. */
    double pValue() {
        long low = Arrays.stream(means).filter(mean -> mean <= 0).count();
        long high = Arrays.stream(means).filter(mean -> mean >= 0).count();
        return Math.min(1, 2.0 * (Math.min(low, high) + 1) / (means.length + 1));
    }
}
