package dev.hone.model;

import dev.hone.model.layer.DeltaShape;
import dev.hone.model.layer.GatedDeltaSpec;
import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.mixer.CausalConvolution;
import dev.hone.model.mixer.GatedDeltaRule;
import dev.hone.model.mixer.Runs;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The mixer of Qwen3.5's linear layers, a {@linkplain GatedDeltaRule gated delta rule} over queries, keys and values that a causal
 * convolution and SiLU have gone over; its output is normalised head by head and gated.
 *
 * <pre>
 * q, k, v = silu(convolution(inputs(n)))      q ← q / |q| / √d,  k ← k / |k|
 * β = σ(beta(n)),  g = −e^a_log · log(1 + e^(decay(n) + dt_bias))
 * y = output(w ⊙ rms(rule(q, k, v, g, β)) ⊙ silu(gate(n)))
 * </pre>
 *
 * <p>Between the maps all is float32, as in the reference. Saves what the first maps and the rule give, and recomputes the rest.
 *
 * @param maps the linear maps
 * @param taps of the convolution [widths of q, k and v, 1, k]
 * @param aLog [value heads]
 * @param dtBias [value heads]
 * @param norm w [value size]
 */
record GatedDeltaNet(
        int layer,
        DeltaShape shape,
        Maps maps,
        Parameter taps,
        Parameter aLog,
        Parameter dtBias,
        Parameter norm,
        double epsilon)
        implements Branch {
    /** Parts of a sequence's state: the last of what is convolved, and those of the rule. */
    private static final int TAIL = 0;

    private static final int RULE = 1;

    /** What is added to a square before its root is divided by. */
    private static final double SMALLEST = 1e-6;

    /** Its linear maps. */
    record Maps(Linear inputs, Linear gate, Linear beta, Linear decay, Linear output) {
        List<Linear> all() {
            return List.of(inputs, gate, beta, decay, output);
        }
    }

    /**
     * @param weights by name
     */
    static GatedDeltaNet of(int layer, GatedDeltaSpec spec, Function<String, Parameter> weights) {
        return new GatedDeltaNet(
                layer,
                spec.heads(),
                new Maps(
                        Linear.of(spec.inputs(), weights),
                        Linear.of(spec.gate(), weights),
                        Linear.of(spec.beta(), weights),
                        Linear.of(spec.decay(), weights),
                        Linear.of(spec.output(), weights)),
                weights.apply(spec.taps().name()),
                weights.apply(spec.aLog().name()),
                weights.apply(spec.dtBias().name()),
                weights.apply(spec.norm().module() + ".weight"),
                spec.norm().epsilon());
    }

    /** The tensors that a forward pass makes, and those that are saved. */
    static void allocate(Allocations allocations, ResidualSpec around, GatedDeltaSpec spec) {
        DeltaShape heads = spec.heads();
        long hidden = spec.output().outputs();
        long mixed = spec.inputs().outputs();
        long values = heads.valueWidth();
        long state = (long) heads.valueHeads() * heads.keySize() * heads.valueSize();
        Residual.allocateInput(allocations, around, hidden);
        spec.linearMaps().forEach(allocations::linear);
        allocations.saves(mixed + values + 2L * heads.valueHeads());
        allocations.makes(2 * mixed);
        allocations.makesWide((3L + spec.reach()) * mixed); // convolved tap by tap, silu, unit lengths
        long chunk = (long) GatedDeltaRule.CHUNK * heads.valueHeads();
        long keys = (long) heads.valueHeads() * heads.keySize();
        allocations.makesWide(2 * mixed + 5 * keys + 8 * chunk + 6 * values);
        allocations.makesWide(3 * state / GatedDeltaRule.CHUNK);
        allocations.savesWide(values + state / GatedDeltaRule.CHUNK);
        allocations.makesWide(5 * values); // normalised and gated
        allocations.makes(values);
        Residual.allocateSum(allocations, around, hidden);
        allocations.saves(hidden); // the input of the next block
    }

    /** What the maps give, and the rule. */
    private record Applied(
            GatedDeltaNet layer,
            ForwardContext pass,
            Tensor u,
            Tensor z,
            Tensor b,
            Tensor a,
            Tensor o,
            List<Tensor> states,
            Tensor output)
            implements Branch.Applied {
        @Override
        public Tensor backward(Tensor gradient, Tensor n) {
            return layer.backward(this, gradient, n, pass);
        }

        void close() {
            u.close();
            z.close();
            b.close();
            a.close();
            o.close();
            states.forEach(Tensor::close);
        }
    }

    private GatedDeltaRule rule() {
        return new GatedDeltaRule(shape);
    }

    @Override
    public Branch.Applied forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved) {
        Runs runs = pass.attention().runs();
        Tensor u = saved.apply(maps.inputs.apply(n, pass));
        Tensor z = saved.apply(maps.gate.apply(n, pass));
        Tensor b = saved.apply(maps.beta.apply(n, pass));
        Tensor a = saved.apply(maps.decay.apply(n, pass));
        Tensor mixed = CausalConvolution.apply(u, wideTaps(), runs, layer, TAIL).silu();
        GatedDeltaRule.Result result = rule().apply(inputs(mixed, b, a), runs, layer, RULE);
        Tensor o = saved.apply(result.output());
        Tensor y = maps.output.apply(gated(o, z).to(n.dtype()), pass);
        List<Tensor> states = result.states().stream().map(saved).toList();
        return new Applied(this, pass, u, z, b, a, o, states, y);
    }

    private Tensor wideTaps() {
        return taps.in(DType.F32).view(taps.shape()[0], taps.shape()[2]);
    }

    private long keyWidth() {
        return (long) shape.keyHeads() * shape.keySize();
    }

    private GatedDeltaRule.Inputs inputs(Tensor mixed, Tensor b, Tensor a) {
        long key = keyWidth();
        Tensor q = mixed.narrow(1, 0, key);
        Tensor k = mixed.narrow(1, key, key);
        return new GatedDeltaRule.Inputs(
                unit(q).times(queryScale()),
                unit(k),
                mixed.narrow(1, 2 * key, mixed.size(1) - 2 * key),
                softplus(a).times(rate()).negate(),
                b.to(DType.F32).logistic());
    }

    private double queryScale() {
        return 1 / Math.sqrt(shape.keySize());
    }

    private Tensor byKey(Tensor x) {
        return x.reshape(x.size(0), shape.keyHeads(), shape.keySize());
    }

    /** Each head divided by its length. */
    private Tensor unit(Tensor x) {
        Tensor heads = byKey(x);
        return heads.times(inverseLength(heads)).view(x.size(0), keyWidth());
    }

    private Tensor inverseLength(Tensor heads) {
        return heads.square()
                .meanKeeping(-1)
                .times((double) shape.keySize())
                .plus(SMALLEST)
                .rsqrt();
    }

    private Tensor toUnit(Tensor gradient, Tensor x) {
        Tensor heads = byKey(x);
        Tensor scale = inverseLength(heads);
        Tensor unit = heads.times(scale);
        Tensor to = byKey(gradient);
        Tensor along = unit.times(to).sum(2).unsqueeze(2);
        return to.minus(unit.times(along)).times(scale).view(x.size(0), keyWidth());
    }

    /** e^a_log. */
    private Tensor rate() {
        return aLog.in(DType.F32).exp();
    }

    private Tensor biased(Tensor a) {
        return a.to(DType.F32).plus(dtBias.in(DType.F32));
    }

    /** log(1 + e^x), without a large power. */
    private Tensor softplus(Tensor a) {
        Tensor x = biased(a);
        return x.relu().plus(x.abs().negate().exp().logOnePlus());
    }

    private Tensor byValue(Tensor x) {
        return x.reshape(x.size(0), shape.valueHeads(), shape.valueSize());
    }

    private Tensor normalised(Tensor o) {
        Tensor heads = byValue(o);
        return heads.times(rootMeanSquare(heads)); // [tokens, heads, dv]
    }

    private Tensor rootMeanSquare(Tensor heads) {
        return heads.square().meanKeeping(-1).plus(epsilon).rsqrt();
    }

    private Tensor gated(Tensor o, Tensor z) {
        Tensor weighted = normalised(o).times(norm.in(DType.F32)).view(o.size(0), o.size(1));
        return weighted.times(z.to(DType.F32).silu());
    }

    private Tensor backward(Applied saved, Tensor gradient, Tensor n, ForwardContext pass) {
        Tensor toGated = maps.output
                .backward(gradient, gated(saved.o, saved.z).to(n.dtype()), null, pass)
                .to(DType.F32);
        Tensor z = saved.z.to(DType.F32);
        Tensor normalised = normalised(saved.o);
        Tensor w = norm.in(DType.F32);
        Tensor toZ = z.siluGradient(toGated.times(normalised.times(w).view(toGated.size(0), toGated.size(1))));
        Tensor toWeighted = byValue(toGated.times(z.silu()));
        if (norm.isTrained()) {
            norm.value().addGradient(toWeighted.times(normalised).sum(1).sum(0));
        }
        Tensor inner = toWeighted.times(w);
        Tensor along = inner.times(normalised).meanKeeping(-1);
        Tensor toO = inner.minus(normalised.times(along))
                .times(rootMeanSquare(byValue(saved.o)))
                .view(toGated.size(0), toGated.size(1));

        Runs runs = pass.attention().runs();
        Tensor convolved = CausalConvolution.apply(saved.u, wideTaps(), runs, layer, TAIL);
        Tensor mixed = convolved.silu();
        GatedDeltaRule.Inputs in = inputs(mixed, saved.b, saved.a);
        GatedDeltaRule.Inputs to = rule().backward(in, saved.states, toO, runs);
        long key = keyWidth();
        Tensor toMixed = Tensor.concatenate(
                1,
                toUnit(to.q().times(queryScale()), mixed.narrow(1, 0, key)),
                toUnit(to.k(), mixed.narrow(1, key, key)),
                to.v());
        CausalConvolution.InputGradients toConvolution = CausalConvolution.backward(
                convolved.siluGradient(toMixed), saved.u, wideTaps(), runs, taps.isTrained());
        if (toConvolution.taps() != null) {
            taps.value().addGradient(toConvolution.taps().view(taps.shape()));
        }
        Tensor toA = toDecay(saved.a, in.g(), to.g());
        Tensor beta = in.beta();
        Tensor toB = to.beta().times(beta).times(beta.negate().plus(1));
        saved.close();

        Tensor toN = maps.inputs.backward(toConvolution.x().to(n.dtype()), n, null, pass);
        maps.gate.backward(toZ.to(n.dtype()), n, toN, pass);
        maps.beta.backward(toB.to(n.dtype()), n, toN, pass);
        return maps.decay.backward(toA.to(n.dtype()), n, toN, pass);
    }

    private Tensor toDecay(Tensor a, Tensor g, Tensor gradient) {
        if (aLog.isTrained()) {
            aLog.value().addGradient(gradient.times(g).sum(0));
        }
        Tensor toA = gradient.times(rate()).times(biased(a).logistic()).negate();
        if (dtBias.isTrained()) {
            dtBias.value().addGradient(toA.sum(0));
        }
        return toA;
    }

    @Override
    public boolean isTrained(ForwardContext pass) {
        return maps.all().stream().anyMatch(map -> map.isTrained(pass))
                || taps.isTrained()
                || aLog.isTrained()
                || dtBias.isTrained()
                || norm.isTrained();
    }
}
