package dev.hone.model.weight;

import dev.hone.tensor.Bf16Matrix;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Fp16Matrix;
import dev.hone.tensor.Int8Matrix;
import dev.hone.tensor.PackedMatrix;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;

/** How a model that only writes texts holds its matrices; everything else is computed in {@link #compute}. */
public enum WeightFormat {
    /** Sixteen bits, for processors that multiply them. */
    BF16(DType.BF16) {
        @Override
        public PackedMatrix packed(Tensor weight, Workers workers) {
            return Bf16Matrix.of(weight);
        }
    },
    /** Half precision, widened on the way into products in float32. */
    F16(DType.F32) {
        @Override
        public PackedMatrix packed(Tensor weight, Workers workers) {
            return Fp16Matrix.of(weight, workers);
        }
    },
    /** Eight bits: the fastest and smallest, and the only one that moves log-probabilities by more than rounding does. */
    INT8(DType.F32) {
        @Override
        public PackedMatrix packed(Tensor weight, Workers workers) {
            return Int8Matrix.of(weight);
        }
    };

    private final DType compute;

    WeightFormat(DType compute) {
        this.compute = compute;
    }

    /** The type products take and give, and everything between them is computed in. */
    public DType compute() {
        return compute;
    }

    /** Whether this processor has its products. */
    public boolean isThere() {
        return this == BF16 ? Engine.fastestCompute() == DType.BF16 : Engine.hasHalfProducts();
    }

    /** A weight [out, in] in this format. */
    public abstract PackedMatrix packed(Tensor weight, Workers workers);
}
