package dev.hone.model.weight;

import dev.hone.tensor.Bf16Matrix;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Fp16Matrix;
import dev.hone.tensor.Int8Matrix;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/**
 * The layouts for frozen matrices besides a plain tensor, one a row: the type they compute in, whether this processor has their
 * products, and how they are made of a tensor.
 */
public enum WeightFormat {
    /** Sixteen bits, for processors that multiply them. */
    BF16(
            DType.BF16,
            () -> Engine.fastestCompute() == DType.BF16,
            (weight, workers) -> new PackedWeight(Bf16Matrix.of(weight))),
    /** Half precision, widened on the way into products in float32. */
    F16(DType.F32, Engine::hasHalfProducts, (weight, workers) -> new PackedWeight(Fp16Matrix.of(weight, workers))),
    /** Eight bits: the fastest and smallest, and the only one that moves log-probabilities by more than rounding does. */
    INT8(DType.F32, Engine::hasHalfProducts, (weight, workers) -> new PackedWeight(Int8Matrix.of(weight)));

    private final DType compute;
    private final BooleanSupplier available;
    private final BiFunction<Tensor, Workers, Weight> layout;

    WeightFormat(DType compute, BooleanSupplier available, BiFunction<Tensor, Workers, Weight> layout) {
        this.compute = compute;
        this.available = available;
        this.layout = layout;
    }

    /** The type products take and give, and everything between them is computed in. */
    public DType compute() {
        return compute;
    }

    /** Whether this processor has its products. */
    public boolean isAvailable() {
        return available.getAsBoolean();
    }

    /**
     * A matrix in this format, copied.
     *
     * @param values [out, in] of any floating type
     * @param workers what products are shared among
     */
    public Weight of(Tensor values, Workers workers) {
        return layout.apply(values, workers);
    }
}
