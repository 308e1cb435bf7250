package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): {@code w · x / √(mean(x²) + ε)}, the statistics in float32
 * and the product with w in the type of x, as Llama and Qwen do.
 */
record RmsNorm(Parameter weight, double epsilon) {
    Tensor apply(Tensor x) {
        Tensor wide = x.to(DType.F32);
        Tensor scale = wide.square().meanKeeping(-1).plus(epsilon).rsqrt(); // [tokens, 1]
        return wide.times(scale).to(x.dtype()).times(weight.in(x.dtype()));
    }
}
