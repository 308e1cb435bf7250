package dev.hone.model;

import dev.hone.model.experts.Routing;
import dev.hone.model.layer.ExpertShape;
import dev.hone.model.layer.ExpertsSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.ResidualSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts, {@code y = Σ p_e · down_e(silu(gate_e(n)) ⊙ up_e(n))} over the experts that a router chooses for a token
 * (Shazeer et al., 2017; Fedus et al., 2022).
 *
 * <p>Each expert computes its tokens as the rows of one product. An expert's weight p enters before its last map, which gives the same
 * numbers and has a backward that needs no expert's output.
 *
 * <p>Saves the router's logits and what gate and up give, and recomputes the rest.
 */
record Experts(ExpertShape shape, GateFunction function, Linear router, List<Expert> all) implements Branch {
    /**
     * One of them.
     *
     * @param down its last map, without its bias
     * @param bias of that map, which is weighted too; null: none
     */
    record Expert(
            Linear gate, Linear up, Linear down, @Nullable Parameter bias) {
        /** The maps by name. */
        static Expert of(GatedSpec spec, Function<String, Parameter> weights) {
            Linear down = Linear.of(spec.down(), weights);
            return new Expert(
                    Linear.of(spec.inputs().get(0), weights),
                    Linear.of(spec.inputs().get(1), weights),
                    new Linear(down.module(), down.weight(), null),
                    down.bias());
        }

        Tensor output(Tensor inner, Tensor weights, ForwardContext pass) {
            Tensor y = down.apply(inner, pass);
            return bias == null ? y : y.plus(weights.times(bias.in(y.dtype())));
        }

        boolean isTrained(ForwardContext pass) {
            return gate.isTrained(pass)
                    || up.isTrained(pass)
                    || down.isTrained(pass)
                    || bias != null && bias.isTrained();
        }
    }

    /**
     * @param weights by name
     */
    static Experts of(ExpertsSpec spec, Function<String, Parameter> weights) {
        List<Expert> all =
                spec.all().stream().map(expert -> Expert.of(expert, weights)).toList();
        return new Experts(
                spec.shape(), new GateFunction(spec.all().get(0).activation()), Linear.of(spec.router(), weights), all);
    }

    @Override
    public Branch.Applied forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved) {
        Tensor logits = saved.apply(router.apply(n, pass));
        Routing routing = Routing.of(shape, logits, null);
        Tensor rows = routing.spread(n);
        Passes passes = new Passes(routing, pass);
        Tensor gates = saved.apply(passes.each(e -> all.get(e).gate.apply(passes.of(e, rows), passes.of(e))));
        Tensor ups = saved.apply(passes.each(e -> all.get(e).up.apply(passes.of(e, rows), passes.of(e))));
        Tensor weights = routing.weights().to(n.dtype());
        Tensor weighted = function.apply(gates, ups).times(weights);
        Tensor outputs =
                passes.each(e -> all.get(e).output(passes.of(e, weighted), passes.of(e, weights), passes.of(e)));
        return new Applied(this, pass, logits, gates, ups, routing.gathered(outputs));
    }

    private record Applied(Experts layer, ForwardContext pass, Tensor logits, Tensor gates, Tensor ups, Tensor output)
            implements Branch.Applied {
        @Override
        public Tensor backward(Tensor gradient, Tensor n) {
            Routing routing = Routing.of(layer.shape, logits, null);
            Passes passes = new Passes(routing, pass);
            Tensor narrow = routing.weights().to(n.dtype());
            Tensor inner = layer.function.apply(gates, ups);
            Tensor weighted = inner.times(narrow);
            Tensor toRows = routing.spread(gradient);
            Tensor toWeighted = passes.each(e ->
                    layer.all.get(e).down.backward(passes.of(e, toRows), passes.of(e, weighted), null, passes.of(e)));
            Tensor toWeights = toWeighted.to(DType.F32).times(inner).sum(1).unsqueeze(1);
            if (layer.all.get(0).bias != null) {
                toWeights = toWeights.plus(layer.toBiases(passes, toRows, narrow));
            }
            GateFunction.Gradients to = layer.function.backward(gates, ups, toWeighted.timesInPlace(narrow));
            Tensor rows = routing.spread(n);
            Tensor toInputs = passes.each(e -> {
                Expert expert = layer.all.get(e);
                Tensor own = passes.of(e, rows);
                Tensor sum = expert.gate.backward(passes.of(e, to.gate()), own, null, passes.of(e));
                return expert.up.backward(passes.of(e, to.up()), own, sum, passes.of(e));
            });
            Tensor toLogits = routing.backward(toWeights).logits();
            logits.close();
            gates.close();
            ups.close();
            return layer.router.backward(toLogits.to(n.dtype()), n, routing.gathered(toInputs), pass);
        }
    }

    /** Adds to the gradients of the last maps' biases; returns those of the weights through them [rows, 1]. */
    private Tensor toBiases(Passes passes, Tensor toRows, Tensor weights) {
        return passes.each(e -> {
            Parameter bias = Objects.requireNonNull(all.get(e).bias);
            Tensor own = passes.of(e, toRows).to(DType.F32);
            if (bias.isTrained()) {
                bias.value()
                        .addGradient(
                                own.times(passes.of(e, weights).to(DType.F32)).sum(0));
            }
            return own.times(bias.in(DType.F32)).sum(1).unsqueeze(1);
        });
    }

    @Override
    public boolean isTrained(ForwardContext pass) {
        return router.isTrained(pass) || all.stream().anyMatch(expert -> expert.isTrained(pass));
    }

    /** The tensors that a forward pass makes, and those that are saved. */
    static void allocate(Allocations allocations, ResidualSpec around, ExpertsSpec spec) {
        long hidden = spec.router().inputs();
        long experts = spec.shape().count();
        long chosen = spec.shape().chosen();
        long inner = chosen * spec.shape().width();
        Residual.allocateInput(allocations, around, hidden);
        allocations.linear(spec.router());
        allocations.saves(experts);
        allocations.makesWide(2 * experts);
        allocations.makes(chosen * hidden); // a row for each expert
        for (int i = 0; i < chosen; i++) {
            spec.all().get(i).linearMaps().forEach(allocations::linear);
        }
        allocations.makes(inner * 2 + chosen * hidden); // rows of all experts below each other
        allocations.saves(2 * inner);
        allocations.makes(3 * inner); // the gate's function, times up, times the weight
        allocations.makesWide((2 * chosen - 1) * hidden); // summed
        Residual.allocateSum(allocations, around, hidden);
        allocations.saves(hidden); // the input of the next block
    }

    /** The rows of the experts, and a pass for each, whose adapters are those of its tokens. */
    private static final class Passes {
        private final Routing routing;
        private final List<@Nullable ForwardContext> passes = new ArrayList<>();

        Passes(Routing routing, ForwardContext pass) {
            this.routing = routing;
            for (int e = 0; e < routing.experts(); e++) {
                passes.add(routing.count(e) == 0 ? null : pass.ofRows(routing.tokens(e)));
            }
        }

        ForwardContext of(int expert) {
            return Objects.requireNonNull(passes.get(expert));
        }

        Tensor of(int expert, Tensor rows) {
            return rows.narrow(0, routing.start(expert), routing.count(expert));
        }

        /** What the experts that have tokens make of theirs, below each other. */
        Tensor each(IntFunction<Tensor> made) {
            List<Tensor> parts = new ArrayList<>();
            for (int e = 0; e < passes.size(); e++) {
                if (passes.get(e) != null) {
                    parts.add(made.apply(e));
                }
            }
            return parts.size() == 1 ? parts.get(0) : Tensor.concatenate(0, parts);
        }
    }
}
