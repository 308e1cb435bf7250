package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;

/**
 * A low-rank change of one linear map: {@code ΔW = scale · B · A} (Hu et al., 2021, equation 3).
 *
 * @param down A [rank, in]
 * @param up B [out, rank]
 * @param scale {@code alpha / rank}, or {@code alpha / √rank} where the adapter is rank-stabilised
 */
public record LoraDelta(Parameter down, Parameter up, double scale) implements AdapterDelta {
    /** Adds {@code scale · B · A · x} to y [tokens, out], in place, for inputs [tokens, in]. */
    @Override
    public void addTo(Tensor y, Tensor x) {
        Tensor narrow = x.linear(down.in(x.dtype()));
        y.addMatmulInPlace(narrow, up.in(x.dtype()).transpose(0, 1), scale);
    }

    /**
     * The way back, outside of any graph: with {@code t = A·x}, {@code ∂L/∂B = scale · ∂L/∂y · tᵀ} and {@code ∂L/∂t = scale · Bᵀ ·
     * ∂L/∂y}.
     *
     * @param gradient ∂L/∂y [tokens, out]
     * @param toX [tokens, in], to which {@code Aᵀ · ∂L/∂t} is added in place
     */
    public void backward(Tensor gradient, Tensor x, Tensor toX) {
        Tensor a = down.in(x.dtype());
        Tensor toNarrow = gradient.matmul(up.in(x.dtype())).timesInPlace(scale); // [tokens, rank]
        toX.addMatmulInPlace(toNarrow, a, 1);
        if (up.isTrained()) {
            up.addGradientProduct(gradient.transpose(0, 1), x.linear(a), scale);
        }
        if (down.isTrained()) {
            down.addGradientProduct(toNarrow.transpose(0, 1), x, 1);
        }
    }

    /** The change as a full matrix [out, in], in float32. */
    public Tensor delta() {
        return up.value().to(DType.F32).matmul(down.value().to(DType.F32)).times(scale);
    }

    /**
     * {@code (1 − share) · own + share · other}, exactly: {@code [(1 − share) B₁, share B₂] · [A₁; A₂]}. Where that rank would
     * exceed the inputs, the product itself takes the place of B, and A is the identity.
     */
    LoraDelta mixedWith(LoraDelta other, double share) {
        double others = share * other.scale / scale;
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                Tensor a = Tensor.concatenate(0, down.value(), other.down.value());
                Tensor b = Tensor.concatenate(
                        1, up.value().times(1 - share), other.up.value().times(others));
                boolean wide = a.size(0) > a.size(1);
                return new LoraDelta(
                        new Parameter(down.name(), (wide ? Tensor.identity(a.size(1)) : a).keep()),
                        new Parameter(up.name(), (wide ? b.matmul(a) : b).keep()),
                        scale);
            }
        });
    }

    public int rank() {
        return Math.toIntExact(down.value().size(0));
    }
}
