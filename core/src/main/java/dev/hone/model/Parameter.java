package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.HalfMatrix;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A named weight.
 *
 * <p>A trained weight is held in float32 and cast where it is used, so its gradient and its updates are exact whatever the
 * compute type; a frozen one is held in the compute type.
 *
 * @param name dotted name as a checkpoint spells it
 * @param value the values; a leaf of the graph if trained; packed where they only serve products that read few rows
 * @param half the values once more, for products in float32 that read few rows; null: none
 */
public record Parameter(String name, Tensor value, @Nullable HalfMatrix half) {
    /** With fewer columns, copying the left factor of a gradient's product costs more than its order of memory does. */
    private static final int FEW_COLUMNS = 128;

    public Parameter(String name, Tensor value) {
        this(name, value, null);
    }

    /** x · Wᵀ for inputs [tokens, in], in their type. */
    Tensor product(Tensor x) {
        if (value.isPacked()) {
            return x.linear(value);
        }
        return half != null && x.dtype() == DType.F32 ? half.product(x) : used(x.dtype(), x::linear);
    }

    /** {@code sum + y · W} for gradients [tokens, out], in place; without a sum a new tensor. */
    Tensor productBack(Tensor y, @Nullable Tensor sum) {
        return used(y.dtype(), w -> sum == null ? y.matmul(w) : sum.addMatmulInPlace(y, w, 1));
    }

    /** Hands over the values in a type; what was widened for it is let go of, unless a graph holds it. */
    private Tensor used(DType compute, UnaryOperator<Tensor> use) {
        Tensor values = in(compute);
        Tensor made = use.apply(values);
        if (values != value) {
            values.close();
        }
        return made;
    }

    /** The same with a layout for products with few rows beside the values, if it is a matrix of a layer or of the head. */
    Parameter halved(Workers workers) {
        return value.shape().length == 2 ? new Parameter(name, value, HalfMatrix.of(value, workers)) : this;
    }

    /** The same {@linkplain Tensor#packed packed}, if it is a matrix. */
    Parameter packed() {
        return value.shape().length == 2
                ? new Parameter(name, value.to(DType.BF16).packed().keep())
                : this;
    }

    /** The values in the type the computation runs in. */
    public Tensor in(DType compute) {
        return (value.isPacked() ? value.unpacked() : value).to(compute);
    }

    /** The same values, not copied, with a gradient of their own. */
    Parameter replica() {
        Tensor shared = value.detach().keep();
        return new Parameter(name, isTrained() ? shared.trainable() : shared);
    }

    /** A frozen copy of the values as they are now, held in the given type. */
    Parameter copy(DType held) {
        Tensor copied = Scope.returning(() -> {
            Tensor values = value.detach();
            return values.dtype() == held ? values.copy() : values.to(held);
        });
        return new Parameter(name, copied.keep());
    }

    /** The gradient, to be added to; zeros where there was none. */
    Tensor gradient() {
        if (!value.hasGradient()) {
            value.addGradient(Tensor.zeros(value.dtype(), value.shape()));
        }
        return value.gradient();
    }

    /**
     * Adds {@code factor · left × right} to the gradient, without a matrix in between where types allow.
     *
     * @param left usually a transposed view; in 16 bits products with one run at half the speed
     */
    void addGradientProduct(Tensor left, Tensor right, double factor) {
        if (value.hasGradient() && left.dtype() == value.dtype()) {
            value.gradient().addMatmulInPlace(left, right, factor);
            return;
        }
        boolean copies = left.dtype() != value.dtype() && right.size(1) >= FEW_COLUMNS;
        Tensor product = (copies ? left.contiguous() : left).matmul(right);
        if (value.hasGradient()) {
            value.gradient().addInPlace(product, factor);
        } else {
            Tensor wide = product.to(value.dtype());
            value.addGradient(factor == 1 ? wide : wide.timesInPlace(factor));
        }
    }

    public boolean isTrained() {
        return value.isTrainable();
    }
}
