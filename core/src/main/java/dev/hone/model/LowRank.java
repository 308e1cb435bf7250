package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * A low-rank change of one linear map: {@code ΔW = scale · B · A} (Hu et al., 2021, equation 3).
 *
 * @param down A [rank, in]
 * @param up B [out, rank]
 * @param scale {@code alpha / rank}, or {@code alpha / √rank} where the adapter is rank-stabilised
 */
public record LowRank(Parameter down, Parameter up, double scale) {
    /** {@code scale · B · A · x} for inputs [tokens, in]; the factor is applied where the tensor is smallest. */
    Tensor apply(Tensor x, DType compute) {
        return x.linear(down.in(compute)).times(scale).linear(up.in(compute));
    }

    /** The change as a full matrix [out, in], in float32. */
    public Tensor delta() {
        return up.value().to(DType.F32).matmul(down.value().to(DType.F32)).times(scale);
    }

    public int rank() {
        return Math.toIntExact(down.value().size(0));
    }
}
