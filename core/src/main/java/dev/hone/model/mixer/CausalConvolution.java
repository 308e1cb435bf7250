package dev.hone.model.mixer;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A causal convolution of each channel by itself, {@code y_t = Σ_j w_j ⊙ x_(t−k+1+j)} for taps w [width, k], over texts that are zero
 * before they start.
 *
 * <p>In float32, tap by tap, so that a token's output has the same bits in a batch, behind a shared prefix and from a cache.
 */
public final class CausalConvolution {
    private CausalConvolution() {}

    /**
     * Convolves the tokens of a pass.
     *
     * @param x [tokens, width]
     * @param taps [width, k], in float32
     * @param layer whose state holds the last k − 1 rows of x
     * @param part which part of that state
     * @return in float32
     */
    public static Tensor apply(Tensor x, Tensor taps, Runs runs, int layer, int part) {
        int reach = reach(taps);
        Lookback lookback = runs.lookback(reach);
        Tensor rows = lookback.rows(x, runs.before(layer, part));
        if (runs.isCached()) {
            runs.after(layer, part, lookback.ends(rows));
        }
        Tensor wide = rows.to(DType.F32);
        Tensor sum = reach == 0
                ? x.to(DType.F32).times(tap(taps, 0))
                : lookback.before(wide, reach).times(tap(taps, 0));
        for (int lag = reach - 1; lag >= 0; lag--) {
            Tensor from = lag == 0 ? x.to(DType.F32) : lookback.before(wide, lag);
            sum = sum.addProductInPlace(from, tap(taps, reach - lag), 1);
        }
        return sum;
    }

    private static int reach(Tensor taps) {
        return Math.toIntExact(taps.size(1)) - 1;
    }

    private static Tensor tap(Tensor taps, int j) {
        return taps.narrow(1, j, 1).view(1, -1);
    }

    /** Gradients of inputs [tokens, width] and taps [width, k], in float32. */
    public record InputGradients(Tensor x, @Nullable Tensor taps) {}

    /**
     * Backward over a batch, outside of any graph.
     *
     * @param gradient ∂L/∂y [tokens, width], in float32
     * @param tapsToo whether the gradient of the taps is wanted
     */
    public static InputGradients backward(Tensor gradient, Tensor x, Tensor taps, Runs runs, boolean tapsToo) {
        int reach = reach(taps);
        Lookback lookback = runs.lookback(reach);
        Tensor rows = lookback.rows(x.to(DType.F32), null);
        Tensor above = Tensor.concatenate(0, gradient, Tensor.zeros(DType.F32, 1, gradient.size(1)));
        Tensor sum = gradient.times(tap(taps, reach));
        Tensor[] toTaps = new Tensor[reach + 1];
        for (int lag = 0; lag <= reach; lag++) {
            if (lag > 0) {
                sum.addProductInPlace(lookback.backward(above, lag), tap(taps, reach - lag), 1);
            }
            if (tapsToo) {
                Tensor from = lag == 0 ? x.to(DType.F32) : lookback.before(rows, lag);
                toTaps[reach - lag] = gradient.times(from).sum(0).unsqueeze(1);
            }
        }
        return new InputGradients(sum, tapsToo ? Tensor.concatenate(1, toTaps) : null);
    }
}
