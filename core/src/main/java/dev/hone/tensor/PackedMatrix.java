package dev.hone.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A frozen weight [out, in], packed once into a layout of the engine for products with few rows. Those are bound by memory bandwidth: a
 * layout has fewer bytes, or has them in the order in which they are read.
 *
 * <p>Lives as long as it is reachable. Safe to use from several threads.
 */
public interface PackedMatrix {
    /**
     * x · Wᵀ + b, without a graph.
     *
     * @param x [rows, in] of {@link #type}
     * @param bias [out] of the same type; null: none
     * @return [rows, out] of the same type
     */
    Tensor product(Tensor x, @Nullable Tensor bias);

    /** The type of inputs and results of products. */
    DType type();

    /** The weight [out, in] as products use it, a new tensor of that type. */
    Tensor values();

    /** Native memory of the values, in bytes; paddings of the layout are not counted. */
    long bytes();

    /** Number of outputs. */
    long outputs();

    /** Number of inputs. */
    long inputs();
}
