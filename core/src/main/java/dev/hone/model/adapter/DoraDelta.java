package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A weight-decomposed low-rank delta (Liu et al., 2024, equation 5): {@code W' = g ⊙ (W + ΔW)} with the low-rank ΔW = scale · B · A
 * and, for each output, {@code g = m / ‖W + ΔW‖}, the learned magnitude over the norm of the row. The norm is a constant of the
 * backward (section 4.3), as in PEFT.
 *
 * <p>The norm reads all of W: about rank / tokens of the cost of the map's own product. A delta that is trained computes it in each
 * pass; a frozen one, whose weights must not change, once for a base.
 */
public final class DoraDelta implements ModuleDelta {
    static final DeltaType TYPE = new Type();

    /** Entries of a block of rows whose norms are computed at a time: 4 MB of float32. */
    private static final long BLOCK = 1L << 20;

    private final LoraDelta low;
    private final Parameter magnitude;
    private volatile @Nullable Gain latest;

    /**
     * @param low ΔW
     * @param magnitude m [out]
     */
    public DoraDelta(LoraDelta low, Parameter magnitude) {
        this.low = low;
        this.magnitude = magnitude;
    }

    /** g of a frozen delta on a base's weight. */
    private record Gain(Parameter weight, Tensor value) {}

    public LoraDelta low() {
        return low;
    }

    /** m [out]. */
    public Parameter magnitude() {
        return magnitude;
    }

    /** ‖W + ΔW‖ of each row [out], in float32, outside of any graph. */
    private static Tensor norms(LoraDelta low, Parameter weight) {
        return Autograd.without(() -> Scope.returning(() -> {
            Tensor a = low.down().value().detach();
            Tensor b = low.up().value().detach().times(low.scale());
            Tensor w = weight.in(weight.dtype());
            long rows = Math.max(1, BLOCK / w.size(1));
            List<Tensor> norms = new ArrayList<>();
            for (long from = 0; from < w.size(0); from += rows) {
                long length = Math.min(rows, w.size(0) - from);
                Tensor part = w.narrow(0, from, length);
                Tensor up = b.narrow(0, from, length);
                norms.add(Scope.returning(() -> rowNorms(up.matmul(a).addInPlace(part.to(DType.F32)))));
            }
            return Tensor.concatenate(0, norms);
        }));
    }

    /** The norms of a matrix's rows, whose memory they take. */
    private static Tensor rowNorms(Tensor matrix) {
        return matrix.timesInPlace(matrix).sum(1).sqrtInPlace();
    }

    /** g [out] in float32; m's gradient runs through it where a graph is recorded. */
    private Tensor gain(Parameter weight) {
        if (isTrained()) {
            return magnitude.value().dividedBy(norms(low, weight));
        }
        Gain known = latest;
        if (known == null || known.weight != weight) {
            known = new Gain(
                    weight,
                    Scope.returning(() -> magnitude.value().dividedBy(norms(low, weight)))
                            .keep());
            latest = known;
        }
        return known.value;
    }

    /** {@code y + (g − 1) ⊙ W·x + g ⊙ ΔW·x}: a delta that changes nothing leaves every bit of y. */
    @Override
    public Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base) {
        Tensor g = gain(base.weight());
        Tensor product = dropped == x ? withoutBias(y, base) : base.weight().product(dropped, null);
        Tensor a = low.down().in(x.dtype());
        Tensor b = low.up().value().times(g.view(-1, 1)).to(x.dtype()); // [out, rank]
        Tensor scaled = product.times(g.plus(-1).to(x.dtype()));
        return y.plus(scaled).addLinearInPlace(dropped.linear(a), b, low.scale());
    }

    private static Tensor withoutBias(Tensor y, BaseLinear base) {
        Parameter bias = base.bias();
        return bias == null ? y : y.minus(bias.in(y.dtype()));
    }

    /**
     * That of W and of ΔW is theirs for the gradient {@code g ⊙ ∂L/∂y}, and {@code ∂L/∂m = Σ ∂L/∂y ⊙ (W + ΔW)·x / ‖W + ΔW‖} over
     * the tokens; for it (W + ΔW)·x is computed again.
     */
    @Override
    public Tensor backward(Tensor gradient, Tensor x, @Nullable Tensor sum, BaseLinear base) {
        Tensor norms = norms(low, base.weight());
        Tensor g = magnitude.value().detach().dividedBy(norms);
        if (magnitude.isTrained()) {
            Tensor product = low.apply(base.weight().product(x, null), x, x, base);
            Tensor toGain = product.timesInPlace(gradient).to(DType.F32).sum(0); // [out]
            magnitude.value().addGradient(toGain.dividedBy(norms));
        }
        Tensor scaled = gradient.times(g.plus(-1).to(gradient.dtype())).addInPlace(gradient);
        return low.backward(scaled, x, sum, base);
    }

    @Override
    public List<Parameter> weights() {
        return List.of(low.down(), low.up(), magnitude);
    }

    @Override
    public DoraDelta with(List<Parameter> weights) {
        return new DoraDelta(low.with(weights), weights.get(2));
    }

    @Override
    public long[] shape() {
        return low.shape();
    }

    @Override
    public int rank() {
        return low.rank();
    }

    @Override
    public double scale() {
        return low.scale();
    }

    /** {@code g ⊙ (W + ΔW) − W}. */
    @Override
    public Tensor delta(Tensor weight) {
        Tensor g = magnitude.value().dividedBy(norms(low, new Parameter("W", weight)));
        return weight.plus(low.delta()).times(g.view(-1, 1)).minus(weight);
    }

    /** ΔW is zero, and m is the norm of W's rows. */
    @Override
    public boolean changesNothing(Parameter weight) {
        if (!low.changesNothing(weight)) {
            return false;
        }
        try (Scope scope = Scope.open()) {
            return norms(low, weight)
                            .minus(magnitude.value().detach())
                            .abs()
                            .max()
                            .scalar()
                    == 0;
        }
    }

    /**
     * With g, ΔW of both and {@code h = (1 − share) g₁ + share g₂}: the rows of B₁ are multiplied by {@code (1 − share) g₁ / h} and
     * those of B₂ by {@code share g₂ / h}, so that the sum of the merged weights is {@code h ⊙ (W + ΔW)} for the ΔW they make side
     * by side. Its magnitude is then {@code h · ‖W + ΔW‖}.
     */
    @Override
    public DoraDelta mixedWith(ModuleDelta given, double share, Parameter weight) {
        DoraDelta other = (DoraDelta) given;
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                Tensor own = magnitude.value().dividedBy(norms(low, weight)).times(1 - share);
                Tensor others = other.magnitude
                        .value()
                        .dividedBy(norms(other.low, weight))
                        .times(share);
                Tensor h = own.plus(others);
                LoraDelta mixed = low.beside(
                        low.up().value().times(own.dividedBy(h).view(-1, 1)),
                        other.low,
                        other.low
                                .up()
                                .value()
                                .times(others.dividedBy(h).view(-1, 1))
                                .times(other.low.scale() / low.scale()));
                Tensor magnitudes = norms(mixed, weight).times(h).keep();
                return new DoraDelta(mixed, new Parameter(magnitude.name(), magnitudes));
            }
        });
    }

    /** A and B start as LoRA's, m as the norm of W's rows. */
    private static final class Type implements DeltaType {
        private static final String MAGNITUDE = "lora_magnitude_vector";

        @Override
        public Map<String, Object> configKeys() {
            return Map.of("peft_type", "LORA", "use_dora", true);
        }

        @Override
        public List<Part> parts(int rank, long inputs, long outputs) {
            List<Part> parts = new ArrayList<>(LoraDelta.TYPE.parts(rank, inputs, outputs));
            parts.add(new Part(MAGNITUDE, outputs));
            return parts;
        }

        @Override
        public int outputsMade() {
            return 3;
        }

        @Override
        public DoraDelta fresh(Target target, AdapterConfig config, long seed) {
            LoraDelta low = (LoraDelta) LoraDelta.TYPE.fresh(target, config, seed);
            Tensor norms = norms(low, target.weight()).keep();
            return new DoraDelta(low, new Parameter(target.module() + "." + MAGNITUDE, norms));
        }

        @Override
        public DoraDelta of(List<Parameter> weights, double scale) {
            return new DoraDelta((LoraDelta) LoraDelta.TYPE.of(weights, scale), weights.get(2));
        }
    }
}
