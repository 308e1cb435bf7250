package dev.hone.report;

/**
 * Whether two measurements of the same cases differ by more than chance.
 *
 * @param difference the second minus the first
 * @param interval its 95 % bootstrap interval
 * @param pValue how often a difference at least as large would come about if there were none
 */
public record PairedTest(double difference, Interval interval, double pValue) {
    /** Below this a difference is called one. */
    public static final double LEVEL = 0.05;

    private static final long SEED = 16;

    /**
     * The exact test of McNemar (1947) for answers that are right or wrong: of the {@code gained + lost} cases that changed, the number
     * gained is binomial with probability 1/2 if nothing but chance changed them.
     *
     * @return two-sided: {@code min(1, 2 Σ C(n, i) / 2ⁿ)} over i from 0 to the smaller count; 1 where nothing changed
     * @throws IllegalArgumentException if a count is negative
     */
    public static double mcNemar(long gained, long lost) {
        if (gained < 0 || lost < 0) {
            throw new IllegalArgumentException(
                    "gained (%d) and lost (%d) must not be negative".formatted(gained, lost));
        }
        long n = gained + lost;
        double logTerm = -n * Math.log(2); // of C(n, 0) / 2ⁿ
        double sum = 0;
        for (long i = 0; i <= Math.min(gained, lost); i++) {
            sum += Math.exp(logTerm);
            logTerm += Math.log(n - i) - Math.log(i + 1);
        }
        return Math.min(1, 2 * sum);
    }

    /**
     * Scores or losses of the same cases before and after, whose weighted means are compared by the paired bootstrap: cases are
     * drawn, each with both its numbers.
     *
     * @throws IllegalArgumentException as {@link Intervals#bootstrap}, or if the lengths differ
     */
    public static PairedTest ofMeans(double[] before, double[] after, double[] weights) {
        if (before.length != after.length) {
            throw new IllegalArgumentException(
                    "%d cases before and %d after are not pairs".formatted(before.length, after.length));
        }
        double[] differences = new double[before.length];
        double sum = 0;
        double weight = 0;
        boolean changed = false;
        for (int i = 0; i < before.length; i++) {
            differences[i] = after[i] - before[i];
            sum += weights[i] * differences[i];
            weight += weights[i];
            changed |= differences[i] != 0;
        }
        Bootstrap bootstrap = Bootstrap.of(differences, weights, SEED);
        return new PairedTest(sum / weight, bootstrap.interval(), changed ? bootstrap.pValue() : 1);
    }
}
