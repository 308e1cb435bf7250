package dev.hone.gguf.block;

/**
 * The search for scales that lose least. A number's error counts by its weight, one and its magnitude as a multiple of the group's root mean square,
 * so that large numbers, which move an output most, are kept best.
 *
 * <p>Each search starts from several widths of the grid around the one that spans all numbers, and alternates between the two things that
 * are easy: the integers for given scales (rounding), and the scales for given integers (least squares). The best pair seen is kept.
 */
final class Fit {
    private static final int ROUNDS = 2; // from each start; the best goes on
    private static final int LAST_ROUNDS = 3;
    private static final float ROUNDER = 1.5f * (1 << 23); // a float above which there are no fractions

    private Fit() {}

    /** x ≈ scale · q − minimum with q from 0 to some most, both numbers at least 0. */
    record Affine(float scale, float minimum) {}

    static float[] weights(float[] x) {
        double squares = 0;
        for (float value : x) {
            squares += (double) value * value;
        }
        float rms = (float) Math.sqrt(squares / x.length);
        float inverse = rms == 0 ? 0 : 1 / rms;
        float[] weights = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            weights[i] = 1 + Math.abs(x[i]) * inverse;
        }
        return weights;
    }

    /** The nearest integer in a range, the even one of two. */
    static int clamped(float value, int least, int most) {
        float within = Math.max(least, Math.min(most, value));
        return Float.floatToRawIntBits(within + ROUNDER) - Float.floatToRawIntBits(ROUNDER);
    }

    /** The scale with which x ≈ scale · q, q from −half to half − 1, loses least; it may be negative. */
    static float scale(float[] x, float[] weights, int half) {
        float extreme = 0;
        for (float value : x) {
            extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
        }
        if (Math.abs(extreme) < Float.MIN_NORMAL * half) {
            return 0;
        }
        Symmetric best = new Symmetric(x, weights, half, 0);
        for (int wider = -4; wider <= 4; wider++) {
            // the extreme number takes the extra step there is below zero
            best = better(best, new Symmetric(x, weights, half, -extreme / (half + 0.2f * wider)), ROUNDS);
        }
        return better(best, best, LAST_ROUNDS).scale;
    }

    private static Symmetric better(Symmetric known, Symmetric start, int rounds) {
        Symmetric best = known;
        Symmetric tried = start;
        for (int round = 0; round < rounds; round++) {
            best = tried.error < best.error ? tried : best;
            tried = tried.leastSquares();
        }
        return tried.error < best.error ? tried : best;
    }

    /** Numbers rounded on a grid around zero: the error, and what least squares need. */
    private static final class Symmetric {
        private final float[] x;
        private final float[] weights;
        private final int half;
        private final float scale;
        private float error;
        private float qx;
        private float qq;

        Symmetric(float[] x, float[] weights, int half, float scale) {
            this.x = x;
            this.weights = weights;
            this.half = half;
            this.scale = scale;
            float inverse = scale == 0 ? 0 : 1 / scale;
            for (int i = 0; i < x.length; i++) {
                float q = clamped(x[i] * inverse, -half, half - 1);
                float difference = x[i] - scale * q;
                float weighted = weights[i] * q;
                error += weights[i] * difference * difference;
                qx += weighted * x[i];
                qq += weighted * q;
            }
        }

        Symmetric leastSquares() {
            return qq == 0 ? this : new Symmetric(x, weights, half, qx / qq);
        }
    }

    /** The scale and the minimum with which x ≈ scale · q − minimum, q from 0 to most, lose least. */
    static Affine affine(float[] x, float[] weights, int most) {
        float low = 0;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : x) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        if (high - low < Float.MIN_NORMAL * most) {
            return new Affine(0, -low);
        }
        Sums best = new Sums(x, weights, new Affine(0, -low), most);
        for (int wider = -3; wider <= 5; wider++) {
            Affine start = new Affine((high - low) / (most + 0.2f * wider), -low);
            best = better(best, new Sums(x, weights, start, most), ROUNDS);
        }
        return better(best, best, LAST_ROUNDS).grid;
    }

    private static Sums better(Sums known, Sums start, int rounds) {
        Sums best = known;
        Sums tried = start;
        for (int round = 0; round < rounds; round++) {
            best = tried.error < best.error ? tried : best;
            tried = tried.leastSquares();
        }
        return tried.error < best.error ? tried : best;
    }

    /** The weighted error of a grid. */
    static float error(float[] x, float[] weights, Affine grid, int most) {
        float inverse = grid.scale > 0 ? 1 / grid.scale : 0;
        float error = 0;
        for (int i = 0; i < x.length; i++) {
            float q = clamped((x[i] + grid.minimum) * inverse, 0, most);
            float difference = x[i] - (grid.scale * q - grid.minimum);
            error += weights[i] * difference * difference;
        }
        return error;
    }

    /** Numbers rounded on a grid: the error, and what least squares need. */
    private static final class Sums {
        private final float[] values;
        private final float[] weights;
        private final Affine grid;
        private final int most;
        private float error;
        private float one;
        private float q;
        private float qq;
        private float x;
        private float qx;

        Sums(float[] values, float[] weights, Affine grid, int most) {
            this.values = values;
            this.weights = weights;
            this.grid = grid;
            this.most = most;
            float inverse = grid.scale > 0 ? 1 / grid.scale : 0;
            for (int i = 0; i < values.length; i++) {
                float integer = clamped((values[i] + grid.minimum) * inverse, 0, most);
                float weight = weights[i];
                float difference = values[i] - (grid.scale * integer - grid.minimum);
                error += weight * difference * difference;
                one += weight;
                q += weight * integer;
                qq += weight * integer * integer;
                x += weight * values[i];
                qx += weight * integer * values[i];
            }
        }

        Sums leastSquares() {
            float determinant = one * qq - q * q;
            if (determinant <= 0) {
                return this;
            }
            float scale = (one * qx - q * x) / determinant;
            float minimum = (q * qx - qq * x) / determinant;
            if (minimum < 0) { // the format has none below zero
                scale = qx / qq;
                minimum = 0;
            }
            return scale > 0 ? new Sums(values, weights, new Affine(scale, minimum), most) : this;
        }
    }
}
