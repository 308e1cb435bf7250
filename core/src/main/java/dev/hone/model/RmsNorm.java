package dev.hone.model;

import dev.hone.model.layer.NormForm;
import dev.hone.model.layer.NormSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.function.Function;

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): {@code w · x / √(mean(x²) + ε)}, the statistics in float32 and the product
 * with w as the {@linkplain NormForm form} says.
 */
record RmsNorm(Parameter weight, double epsilon, NormForm form) {
    /** In Llama's form. */
    RmsNorm(Parameter weight, double epsilon) {
        this(weight, epsilon, NormForm.NARROW);
    }

    /**
     * @param weights by name
     */
    static RmsNorm of(NormSpec spec, Function<String, Parameter> weights) {
        return new RmsNorm(weights.apply(spec.module() + ".weight"), spec.epsilon(), spec.form());
    }

    boolean isTrained() {
        return weight.isTrained();
    }

    /** Normalises the last dimension of x. */
    Tensor apply(Tensor x) {
        Tensor wide = x.to(DType.F32);
        Tensor unit = wide.times(scale(wide));
        return form == NormForm.NARROW
                ? unit.to(x.dtype()).times(weight.in(x.dtype()))
                : unit.times(wideFactor()).to(x.dtype());
    }

    /** What normalised entries are multiplied with in float32. */
    private Tensor wideFactor() {
        Tensor w = weight.in(DType.F32);
        return form == NormForm.ZERO_CENTRED ? w.plus(1) : w;
    }

    private Tensor scale(Tensor wide) {
        return wide.square().meanKeeping(-1).plus(epsilon).rsqrt(); // [tokens, 1]
    }

    /**
     * Backward, outside of any graph: with {@code s = 1 / √(mean(x²) + ε)}, {@code u = s · x} and {@code g = w · ∂L/∂y}, {@code ∂L/∂x =
     * s · (g − u · mean(g · u))}. Adds to the gradient of w if it is trained.
     *
     * @param gradient ∂L/∂y [tokens, width]; overwritten
     */
    Tensor backward(Tensor gradient, Tensor x) {
        return backward(gradient, x, true);
    }

    /** The same, which leaves the gradient as it is. */
    Tensor backwardOfShared(Tensor gradient, Tensor x) {
        return backward(gradient, x, false);
    }

    private Tensor backward(Tensor gradient, Tensor x, boolean overwrites) {
        Tensor wide = x.to(DType.F32);
        Tensor scale = scale(wide);
        Tensor unit = wide.times(scale);
        boolean isNarrow = form == NormForm.NARROW;
        Tensor given = isNarrow ? gradient : gradient.to(DType.F32);
        if (weight.isTrained()) {
            weight.value()
                    .addGradient((isNarrow ? given.times(unit.to(x.dtype())).to(DType.F32) : given.times(unit)).sum(0));
        }
        Tensor factor = isNarrow ? weight.in(x.dtype()) : wideFactor();
        boolean inPlace = overwrites || given != gradient;
        Tensor inner = (inPlace ? given.timesInPlace(factor) : given.times(factor)).to(DType.F32);
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
