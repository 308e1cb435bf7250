package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The values of one {@link Parameter} in the layout they are held in, and the products of a linear map with them.
 *
 * <p>Lives as long as it is reachable. Safe to use from several threads while nobody changes the values.
 */
public interface Weight {
    /** Rows and columns of a matrix [out, in], or the entries of a vector. */
    long[] shape();

    /** The type the values are held in; of a packed layout, that of its products. */
    DType dtype();

    /** Native memory held, in bytes; paddings of a layout are not counted. */
    long bytes();

    /** x · Wᵀ + b for inputs [tokens, in] and a bias [out], in their type. */
    Tensor product(Tensor x, @Nullable Tensor bias);

    /** {@code sum + gradient · W} for gradients [tokens, out], in place; without a sum a new tensor. Outside of any graph. */
    Tensor inputGradient(Tensor gradient, @Nullable Tensor sum);

    /** The values in a type: those held where they have it, else a new tensor. */
    Tensor in(DType type);
}
