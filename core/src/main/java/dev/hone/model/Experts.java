package dev.hone.model;

import dev.hone.model.architecture.ExpertShape;
import dev.hone.model.experts.Routing;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
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
 * <p>{@link #apply} is the formula; {@link #forward} and {@link #backward} are the same with a backward written by hand, which
 * saves the router's logits and what gate and up give, and recomputes the rest.
 */
record Experts(ExpertShape shape, Linear router, List<Expert> all) {
    /** One of them. */
    record Expert(Linear gate, Linear up, Linear down) {
        boolean isTrained(ForwardContext pass) {
            return gate.isTrained(pass) || up.isTrained(pass) || down.isTrained(pass);
        }
    }

    /** What {@link #backward} reads, and the output. */
    record Computed(Tensor logits, Tensor gates, Tensor ups, Tensor output) {
        void close() {
            logits.close();
            gates.close();
            ups.close();
        }
    }

    /** Maps normalised hidden states [tokens, hidden] to what is added to the residual stream. */
    Tensor apply(Tensor n, ForwardContext pass) {
        return forward(n, pass, UnaryOperator.identity()).output;
    }

    /**
     * The same with what backward needs.
     *
     * @param saved keeps a tensor until then
     */
    Computed forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved) {
        Tensor logits = saved.apply(router.apply(n, pass));
        Routing routing = Routing.of(shape, logits, null);
        Tensor rows = routing.spread(n);
        Passes passes = new Passes(routing, pass);
        Tensor gates = saved.apply(passes.each(e -> all.get(e).gate.apply(passes.of(e, rows), passes.of(e))));
        Tensor ups = saved.apply(passes.each(e -> all.get(e).up.apply(passes.of(e, rows), passes.of(e))));
        Tensor inner = gates.silu().times(ups);
        Tensor weighted = inner.times(routing.weights().to(n.dtype()));
        Tensor outputs = passes.each(e -> all.get(e).down.apply(passes.of(e, weighted), passes.of(e)));
        return new Computed(logits, gates, ups, routing.gathered(outputs));
    }

    /**
     * Backward, outside of any graph: adds to the gradient of every trained weight and closes what was saved.
     *
     * @param gradient ∂L/∂output [tokens, hidden]; not changed
     * @return ∂L/∂n
     */
    Tensor backward(Computed computed, Tensor gradient, Tensor n, ForwardContext pass) {
        Routing routing = Routing.of(shape, computed.logits, null);
        Passes passes = new Passes(routing, pass);
        Tensor weights = routing.weights();
        Tensor narrow = weights.to(n.dtype());
        Tensor activated = computed.gates.silu();
        Tensor inner = activated.times(computed.ups);
        Tensor weighted = inner.times(narrow);
        Tensor toRows = routing.spread(gradient);
        Tensor toWeighted = passes.each(
                e -> all.get(e).down.backward(passes.of(e, toRows), passes.of(e, weighted), null, passes.of(e)));
        Tensor toWeights = toWeighted.to(DType.F32).times(inner).sum(1).unsqueeze(1);
        Tensor toInner = toWeighted.timesInPlace(narrow);
        Tensor toUps = activated.timesInPlace(toInner);
        Tensor toGates = computed.gates.siluGradient(toInner.timesInPlace(computed.ups));
        Tensor rows = routing.spread(n);
        Tensor toInputs = passes.each(e -> {
            Expert expert = all.get(e);
            Tensor own = passes.of(e, rows);
            Tensor sum = expert.gate.backward(passes.of(e, toGates), own, null, passes.of(e));
            return expert.up.backward(passes.of(e, toUps), own, sum, passes.of(e));
        });
        Tensor toLogits = routing.backward(toWeights).logits();
        computed.close();
        return router.backward(toLogits.to(n.dtype()), n, routing.gathered(toInputs), pass);
    }

    boolean isTrained(ForwardContext pass) {
        return router.isTrained(pass) || all.stream().anyMatch(expert -> expert.isTrained(pass));
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
            return java.util.Objects.requireNonNull(passes.get(expert));
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
