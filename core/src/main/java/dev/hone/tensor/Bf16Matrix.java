package dev.hone.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A bf16 weight packed for the engine's products, which would otherwise pack it for each product: two to three times as fast with few
 * rows. For processors with bf16 products.
 */
public final class Bf16Matrix implements PackedMatrix {
    private final Tensor packed;

    private Bf16Matrix(Tensor packed) {
        this.packed = packed;
    }

    /**
     * @param weight [out, in] of any floating type
     */
    public static Bf16Matrix of(Tensor weight) {
        return new Bf16Matrix(Scope.returning(() -> new Tensor(AtenOperators.packed(
                        weight.detach().to(DType.BF16).contiguous().handle())))
                .keep());
    }

    @Override
    public Tensor product(Tensor x, @Nullable Tensor bias) {
        return new Tensor(AtenOperators.linear(x.handle(), packed.handle(), bias == null ? null : bias.handle()));
    }

    @Override
    public DType type() {
        return DType.BF16;
    }

    @Override
    public Tensor values() {
        return new Tensor(packed.handle().to_dense());
    }

    @Override
    public long bytes() {
        return (long) DType.BF16.bytes() * outputs() * inputs();
    }

    @Override
    public long outputs() {
        return packed.size(0);
    }

    @Override
    public long inputs() {
        return packed.size(1);
    }
}
