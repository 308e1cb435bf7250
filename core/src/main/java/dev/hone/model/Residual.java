package dev.hone.model;

import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a block stands in the residual stream: {@code x + scale · after(block(before(x)))}, with either norm left out where there is none.
 *
 * @param before null: the block is given x itself
 * @param after null: what the block makes is added as it is
 */
record Residual(@Nullable RmsNorm before, @Nullable RmsNorm after, double scale) {
    /** A norm before the block alone. */
    static Residual preNorm(RmsNorm before) {
        return new Residual(before, null, 1);
    }

    /**
     * @param weights by name
     */
    static Residual of(ResidualSpec spec, Function<String, Parameter> weights) {
        return new Residual(
                spec.before() == null ? null : RmsNorm.of(spec.before(), weights),
                spec.after() == null ? null : RmsNorm.of(spec.after(), weights),
                spec.scale());
    }

    /** What the block is given [tokens, hidden]. */
    Tensor input(Tensor x) {
        return before == null ? x : before.apply(x);
    }

    /** The sum of x and what the block made of it. */
    Tensor sum(Tensor x, Tensor made) {
        Tensor normed = after == null ? made : after.apply(made);
        return x.plus(scale == 1 ? normed : normed.times(scale));
    }

    /** The same in place of what the block made, unless {@link #savesMade}; outside of any graph. */
    Tensor sumInPlace(Tensor x, Tensor made) {
        Tensor normed = after == null ? made : after.apply(made);
        // The engine rounds the factor of a product in place to 16 bits, that of another it does not.
        return (scale == 1 ? normed : normed.times(scale)).addInPlace(x);
    }

    /** Whether backward reads what the block made. */
    boolean savesMade() {
        return after != null;
    }

    boolean isTrained() {
        return before != null && before.isTrained() || after != null && after.isTrained();
    }

    /**
     * The gradient of what the block made, given that of the sum, which is left as it is.
     *
     * @param made null unless {@link #savesMade}
     */
    Tensor toMade(Tensor gradient, @Nullable Tensor made) {
        Tensor scaled = scale == 1 ? gradient : gradient.times(scale);
        return after == null || made == null ? scaled : after.backwardOfShared(scaled, made);
    }

    /**
     * The gradient of x, given those of the block's input, which is overwritten, and of the sum; null where x requires none.
     */
    @Nullable
    Tensor toX(Tensor toInput, Tensor x, Tensor gradient) {
        if (before == null) {
            return x.isTrainable() ? toInput.addInPlace(gradient) : null;
        }
        if (!x.isTrainable() && !before.isTrained()) {
            return null;
        }
        Tensor toX = before.backward(toInput, x).addInPlace(gradient);
        return x.isTrainable() ? toX : null;
    }

    /** The tensors that {@link #input} makes. */
    static void allocateInput(Allocations allocations, ResidualSpec spec, long hidden) {
        if (spec.before() != null) {
            RmsNorm.allocate(allocations, hidden, 1);
        }
    }

    /** The tensors that the sum makes, and what of them is saved. */
    static void allocateSum(Allocations allocations, ResidualSpec spec, long hidden) {
        if (spec.after() != null) {
            allocations.saves(hidden);
            RmsNorm.allocate(allocations, hidden, 1);
        }
    }
}
