package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A weight held as a plain tensor, and cast where a product is in another type. The only layout that can be trained, and that
 * graphs run through.
 *
 * @param values a leaf of the graph if trained
 */
public record DenseWeight(Tensor values) implements Weight {
    @Override
    public long[] shape() {
        return values.shape();
    }

    @Override
    public DType dtype() {
        return values.dtype();
    }

    @Override
    public long bytes() {
        return values.count() * values.dtype().bytes();
    }

    @Override
    public Tensor product(Tensor x, @Nullable Tensor bias) {
        Tensor y = cast(x.dtype(), x::linear);
        return bias == null ? y : y.addInPlace(bias);
    }

    @Override
    public Tensor inputGradient(Tensor gradient, @Nullable Tensor sum) {
        return cast(gradient.dtype(), w -> sum == null ? gradient.matmul(w) : sum.addMatmulInPlace(gradient, w, 1));
    }

    /** Uses the values in a type; a cast copy is freed at once, unless a graph holds it. */
    private Tensor cast(DType type, UnaryOperator<Tensor> use) {
        Tensor cast = in(type);
        Tensor result = use.apply(cast);
        if (cast != values) {
            cast.close();
        }
        return result;
    }

    @Override
    public Tensor in(DType type) {
        return values.to(type);
    }
}
