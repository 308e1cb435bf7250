package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.tensor.Tensor;

/**
 * Which ratios are clipped, and to what: {@code min(ρ·A, clip(ρ, 1 − low, 1 + high)·A)} is A times a ratio that is bounded above
 * where the advantage A is positive, and below where it is negative (Schulman et al., 2017, equation 7). A clipped ratio is a
 * constant: what has moved far enough is not pushed on, and what has moved the wrong way is still pulled back.
 *
 * @param free 1 where a ratio is left as it is, 0 where it is clipped
 * @param bound what a clipped ratio becomes, 0 elsewhere
 * @param low 1 where one is clipped from below
 * @param high 1 where one is clipped from above
 */
@SuppressWarnings("ArrayRecordComponent") // columns; equality is never asked
record Clipping(float[] free, float[] bound, float[] low, float[] high) {
    /**
     * @param ratios of targets or rows, as they are now
     * @param advantages as many
     * @param low how far below 1 a ratio counts where the advantage is negative
     * @param high how far above 1 it counts where the advantage is positive
     * @param most what a ratio counts at most where the advantage is negative (dual clip: Ye et al., 2020); may be infinite
     */
    static Clipping of(float[] ratios, float[] advantages, double low, double high, double most) {
        int count = ratios.length;
        Clipping clipping = new Clipping(new float[count], new float[count], new float[count], new float[count]);
        for (int i = 0; i < count; i++) {
            float least = advantages[i] < 0 ? (float) (1 - low) : 0;
            float largest = (float) (advantages[i] > 0 ? Math.min(1 + high, most) : most);
            clipping.low[i] = ratios[i] < least ? 1 : 0;
            clipping.high[i] = ratios[i] > largest ? 1 : 0;
            clipping.free[i] = 1 - clipping.low[i] - clipping.high[i];
            clipping.bound[i] = ratios[i] < least ? least : ratios[i] > largest ? largest : 0;
        }
        return clipping;
    }

    /** Refuses edges between which no ratio lies. */
    static void requireEdges(double low, double high) {
        require(low >= 0 && low <= 1, "low (%s) must be between 0 and 1", low);
        require(high >= 0, "high (%s) must not be negative", high);
        requireAtMost("high", high, 1e6);
    }

    /** The ratios of the same places with the clipped ones replaced. */
    Tensor of(Tensor ratios) {
        return ratios.times(Tensor.of(free, free.length)).plus(Tensor.of(bound, bound.length));
    }
}
