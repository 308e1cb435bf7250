package dev.hone.report;

/**
 * A straight line {@code y = intercept + slope · x} fitted to points by least squares, with what is needed to say how well it foretells
 * another point.
 *
 * @param rSquared the share of the variance of y that the line explains
 * @param points how many there were, at least 3
 * @param deviation √(Σ residual² / (points − 2))
 * @param meanX mean of the x
 * @param spreadX Σ (x − mean)², above 0
 */
public record LeastSquares(
        double intercept, double slope, double rSquared, int points, double deviation, double meanX, double spreadX) {
    /** t of 97.5 % by degrees of freedom, from 1. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };

    /**
     * Fits the line.
     *
     * @throws IllegalArgumentException for fewer than three points, or where all have the same x
     */
    public static LeastSquares of(double[] x, double[] y) {
        int n = x.length;
        if (n < 3 || y.length != n) {
            throw new IllegalArgumentException(
                    "a line with its deviation needs at least three points (" + n + " and " + y.length + ")");
        }
        double meanX = mean(x);
        double meanY = mean(y);
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        if (!(xx > 0)) {
            throw new IllegalArgumentException("all points have the same x (" + meanX + "), so no line is best");
        }
        double slope = xy / xx;
        double rest = Math.max(0, yy - slope * xy);
        return new LeastSquares(
                meanY - slope * meanX, slope, yy > 0 ? 1 - rest / yy : 1, n, Math.sqrt(rest / (n - 2)), meanX, xx);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** The line's y. */
    public double at(double x) {
        return intercept + slope * x;
    }

    /** Where another point at x lies in 95 of 100 cases, if deviations are normal. */
    public Interval prediction(double x) {
        double t = T[Math.min(T.length, points - 2) - 1];
        double width = t * deviation * Math.sqrt(1 + 1.0 / points + (x - meanX) * (x - meanX) / spreadX);
        return new Interval(at(x) - width, at(x) + width);
    }
}
