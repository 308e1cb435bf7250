package dev.hone.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A frozen weight [out, in], copied once into a layout of the engine's own for products with few rows. Those are bound by the bytes
 * they read: a layout has fewer of them, or has them in the order in which they are read.
 *
 * <p>Lives as long as it is reachable. Safe to use from several threads.
 */
public interface PackedMatrix {
    /**
     * x · Wᵀ + b, without a graph.
     *
     * @param x [rows, in] of the layout's own type
     * @param bias [out] of the same type; null: none
     * @return [rows, out] of the same type
     */
    Tensor product(Tensor x, @Nullable Tensor bias);

    /** The type of what products take and give. */
    DType type();

    /** The weight as products see it [out, in], a new tensor of that type. */
    Tensor values();

    /** Native memory of the values, in bytes; paddings of the layout are not counted. */
    long bytes();

    /** How many outputs there are. */
    long outputs();

    /** How many inputs there are. */
    long inputs();
}
