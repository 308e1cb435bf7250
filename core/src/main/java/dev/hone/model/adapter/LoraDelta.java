package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank delta of one linear map: {@code ΔW = scale · B · A} (Hu et al., 2021, equation 3).
 *
 * @param down A [rank, in]
 * @param up B [out, rank]
 */
public record LoraDelta(Parameter down, Parameter up, double scale) implements ModuleDelta {
    static final DeltaType TYPE = new Type();

    /** Adds {@code scale · B · A · x} to y, in place. */
    @Override
    public Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base) {
        Tensor narrow = dropped.linear(down.in(dropped.dtype())); // [tokens, rank]
        return y.addLinearInPlace(narrow, up.in(dropped.dtype()), scale);
    }

    /** With {@code t = A·x}, {@code ∂L/∂B = scale · ∂L/∂y · tᵀ} and {@code ∂L/∂t = scale · Bᵀ · ∂L/∂y}. */
    @Override
    public Tensor backward(Tensor gradient, Tensor x, @Nullable Tensor sum, BaseLinear base) {
        Tensor inputGradient = base.backwardOfProduct(gradient, x, sum);
        Tensor a = down.in(x.dtype());
        Tensor narrowGradient = gradient.matmul(up.in(x.dtype())).timesInPlace(scale); // [tokens, rank]
        inputGradient.addMatmulInPlace(narrowGradient, a, 1);
        if (up.isTrained()) {
            up.addGradientProduct(gradient.transpose(0, 1), x.linear(a), scale);
        }
        if (down.isTrained()) {
            down.addGradientProduct(narrowGradient.transpose(0, 1), x, 1);
        }
        return inputGradient;
    }

    @Override
    public List<Parameter> weights() {
        return List.of(down, up);
    }

    @Override
    public LoraDelta with(List<Parameter> weights) {
        return new LoraDelta(weights.get(0), weights.get(1), scale);
    }

    @Override
    public long[] shape() {
        return new long[] {up.value().size(0), down.value().size(1)};
    }

    @Override
    public int rank() {
        return Math.toIntExact(down.value().size(0));
    }

    /** ΔW as a full matrix [out, in], in float32. */
    public Tensor delta() {
        return up.value().to(DType.F32).matmul(down.value().to(DType.F32)).times(scale);
    }

    @Override
    public Tensor delta(Tensor weight) {
        return delta();
    }

    /** B is zero, as at the start, or A is. */
    @Override
    public boolean changesNothing(Parameter weight) {
        try (Scope scope = Scope.open()) {
            return up.value().abs().max().scalar() == 0
                    || down.value().abs().max().scalar() == 0;
        }
    }

    /**
     * {@code [(1 − share) B₁, share B₂] · [A₁; A₂]}. Where that rank would exceed the inputs, the product itself takes the place
     * of B, and A is the identity.
     */
    @Override
    public LoraDelta mixedWith(ModuleDelta given, double share, Parameter weight) {
        LoraDelta other = (LoraDelta) given;
        double others = share * other.scale / scale;
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                return beside(
                        up.value().times(1 - share), other, other.up.value().times(others));
            }
        });
    }

    /** {@code [ownUp, otherUp] · [A₁; A₂]} under the own scale. */
    LoraDelta beside(Tensor ownUp, LoraDelta other, Tensor otherUp) {
        Tensor a = Tensor.concatenate(0, down.value(), other.down.value());
        Tensor b = Tensor.concatenate(1, ownUp, otherUp);
        boolean wide = a.size(0) > a.size(1);
        return new LoraDelta(
                new Parameter(down.name(), (wide ? Tensor.identity(a.size(1)) : a).keep()),
                new Parameter(up.name(), (wide ? b.matmul(a) : b).keep()),
                scale);
    }

    /** A starts uniform in ±1/√in (Kaiming with a = √5, as PEFT draws it), B as zero. */
    private static final class Type implements DeltaType {
        @Override
        public Map<String, Object> configKeys() {
            return Map.of("peft_type", "LORA");
        }

        @Override
        public List<Part> parts(int rank, long inputs, long outputs) {
            return List.of(new Part("lora_A.weight", rank, inputs), new Part("lora_B.weight", outputs, rank));
        }

        @Override
        public LoraDelta fresh(Target target, AdapterConfig config, long seed) {
            Draw draw = Draw.of(seed, "adapter " + target.module());
            float[] values = new float[config.rank() * target.inputs()];
            float bound = (float) (1 / Math.sqrt(target.inputs()));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * draw.uniform(i) - 1) * bound);
            }
            List<Part> parts = parts(config.rank(), target.inputs(), target.outputs());
            Part down = parts.get(0);
            Part up = parts.get(1);
            return new LoraDelta(
                    new Parameter(
                            down.in(target.module()),
                            Tensor.of(values, down.shape()).keep()),
                    new Parameter(
                            up.in(target.module()),
                            Tensor.zeros(DType.F32, up.shape()).keep()),
                    config.scale());
        }

        @Override
        public LoraDelta of(List<Parameter> weights, double scale) {
            return new LoraDelta(weights.get(0), weights.get(1), scale);
        }
    }
}
