package dev.hone.model.adapter;

import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** How a pass computes one linear map otherwise than the base does: the delta of one adapter, or of several in a batch. */
@FunctionalInterface
public interface AdapterDelta {
    /**
     * The outputs of the adapted map.
     *
     * @param y the base's outputs W·x + b [tokens, out]; may be changed in place
     * @param x the inputs y was computed from [tokens, in]
     * @param dropped the same after the adapter's dropout; x itself where there is none
     * @return y, or a new tensor
     */
    Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base);

    /**
     * The backward of the adapted map but for the bias, outside of any graph and without dropout: adds to the gradient of every
     * trained weight, the base's included.
     *
     * @param gradient ∂L/∂y [tokens, out]; not changed
     * @param x the inputs [tokens, in]
     * @param sum what ∂L/∂x is added to, in place; null: nothing
     * @return the sum [tokens, in]
     */
    default Tensor backward(Tensor gradient, Tensor x, @Nullable Tensor sum, BaseLinear base) {
        throw new IllegalStateException("several adapters in one batch have no backward");
    }

    /** Whether any of its weights is trained. */
    default boolean isTrained() {
        return false;
    }
}
