package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.PackedMatrix;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A named weight.
 *
 * <p>A trained weight is held in float32 and cast where it is used, so its gradient and its updates are exact whatever the
 * compute type; a frozen one is held in the compute type, or packed where it only serves products that read few rows.
 *
 * @param name dotted name as a checkpoint spells it
 * @param plain the values; a leaf of the graph if trained; null: packed
 * @param packed the values for products with few rows; null: plain
 */
public record Parameter(
        String name, @Nullable Tensor plain, @Nullable PackedMatrix packed) {
    /** With fewer columns, copying the left factor of a gradient's product costs more than its order of memory does. */
    private static final int FEW_COLUMNS = 128;

    public Parameter(String name, Tensor value) {
        this(name, value, null);
    }

    /** The values; {@link IllegalStateException} where they are packed. */
    public Tensor value() {
        if (plain == null) {
            throw new IllegalStateException(
                    name + " is packed; it serves products, and in() gives a copy of its values");
        }
        return plain;
    }

    /** How many rows and columns a matrix has, or how many entries a vector. */
    public long[] shape() {
        return packed == null ? value().shape() : new long[] {packed.outputs(), packed.inputs()};
    }

    /** The type the values are held in; of packed ones, that of their products. */
    public DType dtype() {
        return packed == null ? value().dtype() : packed.type();
    }

    /** x · Wᵀ + b for inputs [tokens, in], in their type. */
    public Tensor product(Tensor x, @Nullable Parameter bias) {
        Tensor added = bias == null ? null : bias.in(x.dtype());
        if (packed != null) {
            return packed.product(x, added);
        }
        Tensor y = used(x.dtype(), x::linear);
        return added == null ? y : y.addInPlace(added);
    }

    /** {@code sum + y · W} for gradients [tokens, out], in place; without a sum a new tensor. */
    public Tensor productBack(Tensor y, @Nullable Tensor sum) {
        return used(y.dtype(), w -> sum == null ? y.matmul(w) : sum.addMatmulInPlace(y, w, 1));
    }

    /** Hands over the values in a type; what was widened for it is let go of, unless a graph holds it. */
    private Tensor used(DType compute, UnaryOperator<Tensor> use) {
        Tensor values = in(compute);
        Tensor made = use.apply(values);
        if (values != plain) {
            values.close();
        }
        return made;
    }

    /** The same in a layout for products with few rows, if it is a matrix; the plain values are let go of. */
    public Parameter packed(Function<Tensor, PackedMatrix> layout) {
        Tensor values = value();
        return values.shape().length == 2 ? new Parameter(name, null, layout.apply(values)) : this;
    }

    /** The values in the type the computation runs in. */
    public Tensor in(DType compute) {
        return (packed == null ? value() : packed.values()).to(compute);
    }

    /** The same values, not copied, with a gradient of their own. */
    public Parameter replica() {
        Tensor shared = value().detach().keep();
        return new Parameter(name, isTrained() ? shared.trainable() : shared);
    }

    /** A frozen copy of the values as they are now, held in the given type. */
    public Parameter copy(DType held) {
        Tensor copied = Scope.returning(() -> {
            Tensor values = value().detach();
            return values.dtype() == held ? values.copy() : values.to(held);
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
        return plain != null && plain.isTrainable();
    }
}
