package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.PackedMatrix;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A frozen matrix in a layout of the engine's own, for forward passes with few rows. Its values are copied out where they are asked. */
public record PackedWeight(PackedMatrix matrix) implements Weight {
    @Override
    public long[] shape() {
        return new long[] {matrix.outputs(), matrix.inputs()};
    }

    @Override
    public DType dtype() {
        return matrix.type();
    }

    @Override
    public long bytes() {
        return matrix.bytes();
    }

    @Override
    public Tensor product(Tensor x, @Nullable Tensor bias) {
        if (x.dtype() == matrix.type()) {
            return matrix.product(x, bias);
        }
        try (Tensor values = in(x.dtype())) { // a comparison in another type
            Tensor y = x.linear(values);
            return bias == null ? y : y.addInPlace(bias);
        }
    }

    @Override
    public Tensor inputGradient(Tensor gradient, @Nullable Tensor sum) {
        try (Tensor values = in(gradient.dtype())) {
            return sum == null ? gradient.matmul(values) : sum.addMatmulInPlace(gradient, values, 1);
        }
    }

    @Override
    public Tensor in(DType type) {
        return matrix.values().to(type);
    }
}
