package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A linear map {@code W·x + b} of the base, as a delta sees it. */
public interface BaseLinear {
    /** W [out, in]. */
    Parameter weight();

    /** b [out]; null: none. */
    @Nullable
    Parameter bias();

    /** The backward of W·x: adds to the gradient of W if that is trained, and returns {@code sum + ∂L/∂x} [tokens, in]. */
    default Tensor backwardOfProduct(Tensor gradient, Tensor x, @Nullable Tensor sum) {
        Tensor inputGradient = weight().inputGradient(gradient, sum);
        if (weight().isTrained()) {
            weight().addGradientProduct(gradient.transpose(0, 1), x, 1);
        }
        return inputGradient;
    }
}
