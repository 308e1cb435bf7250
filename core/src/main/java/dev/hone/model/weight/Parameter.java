package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A named weight, and its gradient if it is trained.
 *
 * <p>A trained parameter is held in float32 and cast where it is used, so its gradient and its updates are exact whatever the
 * compute type; a frozen one is held as the {@link WeightPlacement} says.
 *
 * @param name dotted name as a checkpoint spells it
 */
public record Parameter(String name, Weight weight) {
    /** With fewer columns, copying the left factor of a gradient's product costs more than its order of memory does. */
    private static final int FEW_COLUMNS = 128;

    public Parameter(String name, Tensor value) {
        this(name, new DenseWeight(value));
    }

    /** Whether the values are held as a plain tensor. */
    public boolean isDense() {
        return weight instanceof DenseWeight;
    }

    /** The values; {@link IllegalStateException} where they are not held as a plain tensor. */
    public Tensor value() {
        if (weight instanceof DenseWeight dense) {
            return dense.values();
        }
        throw new IllegalStateException(name + " is packed; it serves products, and in() gives a copy of its values");
    }

    /** Rows and columns of a matrix, or the entries of a vector. */
    public long[] shape() {
        return weight.shape();
    }

    /** The type the values are held in; of packed ones, that of their products. */
    public DType dtype() {
        return weight.dtype();
    }

    /** x · Wᵀ + b for inputs [tokens, in], in their type. */
    public Tensor product(Tensor x, @Nullable Parameter bias) {
        return weight.product(x, bias == null ? null : bias.in(x.dtype()));
    }

    /** ∂L/∂x for ∂L/∂y [tokens, out] of a product: {@code sum + ∂L/∂y · W}, in place; without a sum a new tensor. */
    public Tensor inputGradient(Tensor gradient, @Nullable Tensor sum) {
        return weight.inputGradient(gradient, sum);
    }

    /** The values in a type: those held where they have it, else a new tensor. */
    public Tensor in(DType type) {
        return weight.in(type);
    }

    /** The same values, not copied, with a gradient of their own; packed ones are shared as they are. */
    public Parameter replica() {
        if (!isDense()) {
            return this;
        }
        Tensor shared = value().detach().keep();
        return new Parameter(name, isTrained() ? shared.trainable() : shared);
    }

    /** A frozen copy of the values as they are now, held in the given type. */
    public Parameter copy(DType held) {
        Tensor copied = Scope.returning(() -> {
            Tensor values = isDense() ? value().detach() : in(held);
            return values.dtype() == held && isDense() ? values.copy() : values.to(held);
        });
        return new Parameter(name, copied.keep());
    }

    /** The gradient, to be added to; zeros where there was none. */
    public Tensor gradient() {
        if (!value().hasGradient()) {
            value().addGradient(Tensor.zeros(value().dtype(), value().shape()));
        }
        return value().gradient();
    }

    /**
     * Adds {@code factor · left × right} to the gradient, without a matrix in between where types allow.
     *
     * @param left usually a transposed view; in 16 bits products with one run at half the speed
     */
    public void addGradientProduct(Tensor left, Tensor right, double factor) {
        if (value().hasGradient() && left.dtype() == value().dtype()) {
            value().gradient().addMatmulInPlace(left, right, factor);
            return;
        }
        boolean copies = left.dtype() != value().dtype() && right.size(1) >= FEW_COLUMNS;
        Tensor product = (copies ? left.contiguous() : left).matmul(right);
        if (value().hasGradient()) {
            value().gradient().addInPlace(product, factor);
        } else {
            Tensor wide = product.to(value().dtype());
            value().addGradient(factor == 1 ? wide : wide.timesInPlace(factor));
        }
    }

    public boolean isTrained() {
        return weight instanceof DenseWeight dense && dense.values().isTrainable();
    }
}
