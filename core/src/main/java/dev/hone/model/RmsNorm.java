package dev.hone.model;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): {@code w · x / √(mean(x²) + ε)}, the statistics in float32
 * and the product with w in the type of x, as Llama and Qwen do.
 */
record RmsNorm(Parameter weight, double epsilon) {
    Tensor apply(Tensor x) {
        Tensor wide = x.to(DType.F32);
        return wide.times(scale(wide)).to(x.dtype()).times(weight.in(x.dtype()));
    }

    private Tensor scale(Tensor wide) {
        return wide.square().meanKeeping(-1).plus(epsilon).rsqrt(); // [tokens, 1]
    }

    /**
     * Backward, outside of any graph: with {@code s = 1 / √(mean(x²) + ε)}, {@code u = s · x} and {@code g = w ·
     * ∂L/∂y}, {@code ∂L/∂x = s · (g − u · mean(g · u))}. Adds to the gradient of w if it is trained.
     *
     * @param gradient ∂L/∂y [tokens, hidden]; overwritten
     */
    Tensor backward(Tensor gradient, Tensor x) {
        Tensor wide = x.to(DType.F32);
        Tensor scale = scale(wide);
        Tensor unit = wide.times(scale);
        if (weight.isTrained()) {
            weight.value()
                    .addGradient(
                            gradient.times(unit.to(x.dtype())).to(DType.F32).sum(0));
        }
        Tensor inner = gradient.timesInPlace(weight.in(x.dtype())).to(DType.F32);
        Tensor mean = inner.times(unit).meanKeeping(-1);
        return inner.minus(unit.timesInPlace(mean)).timesInPlace(scale).to(x.dtype());
    }

    /**
     * The tensors that {@link #apply} makes; a graph saves the wide input and its scale, beside what reads the output.
     *
     * @param parts of a token that are normalised by themselves
     */
    static void allocate(Allocations allocations, long width, long parts) {
        if (allocations.isNarrow()) {
            allocations.makesWide(width);
            allocations.makes(width); // normalised, in the compute type again
        }
        allocations.makesWide(2 * width + 3 * parts); // squares, normalised; mean, plus ε, root
        allocations.makes(width); // times the weight
        if (allocations.hasGraph()) {
            allocations.savesWide(allocations.isNarrow() ? width + parts : parts);
        }
    }
}
