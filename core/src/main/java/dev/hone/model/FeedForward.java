package dev.hone.model;

import dev.hone.model.layer.Activation;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.ResidualSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The MLP block of a decoder layer, {@code y = a + down(activation(gate(n)) ⊙ up(n))} with {@code n = norm(a)} (gated linear units:
 * Shazeer, 2020), in the {@linkplain Residual residual stream} as the family has it.
 *
 * <p>{@link #apply} is the formula. {@link #block} is the same with a backward written by hand: it saves a, gate(n) and up(n), half
 * of what the graph of the formula would, and recomputes the rest, which takes no matrix product.
 *
 * @param inputs gate and up, or one map of both
 */
record FeedForward(Residual around, List<Linear> inputs, Linear down, Activation activation) {
    FeedForward {
        inputs = List.copyOf(inputs);
    }

    /** Llama's. */
    FeedForward(RmsNorm norm, Linear gate, Linear up, Linear down) {
        this(Residual.preNorm(norm), List.of(gate, up), down, Activation.SILU);
    }

    /** What the gate and the other map make [tokens, inner]. */
    private record Gate(Tensor gate, Tensor up) {}

    private Gate gate(Tensor n, ForwardContext pass) {
        Tensor first = inputs.get(0).apply(n, pass);
        if (inputs.size() > 1) {
            return new Gate(first, inputs.get(1).apply(n, pass));
        }
        long inner = first.size(1) / 2;
        return new Gate(
                first.narrow(1, 0, inner).contiguous(),
                first.narrow(1, inner, inner).contiguous());
    }

    private Tensor activated(Tensor gate) {
        return activation == Activation.SILU ? gate.silu() : gate.geluTanh();
    }

    private Tensor activationGradient(Tensor gate, Tensor gradient) {
        return activation == Activation.SILU ? gate.siluGradient(gradient) : gate.geluTanhGradient(gradient);
    }

    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor a, ForwardContext pass) {
        Gate made = gate(around.input(a), pass);
        return around.sum(a, down.apply(activated(made.gate).times(made.up), pass));
    }

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    private Block.Activations forward(Tensor a, ForwardContext pass) {
        UnaryOperator<Tensor> saved = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Gate both = gate(around.input(a), pass);
            Tensor g = saved.apply(both.gate);
            Tensor u = saved.apply(both.up);
            Tensor made = down.apply(activated(g).timesInPlace(u), pass);
            Tensor lasting = around.savesMade() ? saved.apply(made) : null;
            Tensor y = around.sumInPlace(a, made);
            boolean isTrained = a.isTrainable() || isTrained(pass);
            return new Saved(this, pass, a, g, u, lasting, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    /** The tensors that a forward pass makes, and those that {@link #block} saves; its graph saves more. */
    static void allocate(Allocations allocations, ResidualSpec around, GatedSpec spec) {
        long hidden = spec.down().outputs();
        long inner = spec.inner();
        Residual.allocateInput(allocations, around, hidden);
        allocations.savesInput(hidden, spec.inputs());
        spec.inputs().forEach(allocations::linear);
        if (spec.isFused()) {
            allocations.makes(2 * inner); // both halves by themselves
        }
        allocations.makes(inner); // the gate's function, and in its place the product
        allocations.saves(2 * inner); // gate and up
        if (allocations.hasGraph()) {
            allocations.makes(inner);
            allocations.saves(inner);
        }
        allocations.savesInput(inner, List.of(spec.down()));
        allocations.linear(spec.down());
        Residual.allocateSum(allocations, around, hidden);
        allocations.saves(hidden); // the input of the next block
    }

    private boolean isTrained(ForwardContext pass) {
        return around.isTrained() || inputs.stream().anyMatch(map -> map.isTrained(pass)) || down.isTrained(pass);
    }

    /**
     * @param made what is added to a, before its norm; null where no norm reads it
     */
    private record Saved(
            FeedForward layer,
            ForwardContext pass,
            Tensor a,
            Tensor g,
            Tensor u,
            @Nullable Tensor made,
            Tensor output) implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toMade = layer.around.toMade(gradient, made);
                Tensor activated = layer.activated(g);
                Tensor toProduct = layer.down.backward(toMade, activated.times(u), null, pass);
                Tensor toU = activated.timesInPlace(toProduct);
                Tensor toG = layer.activationGradient(g, toProduct.timesInPlace(u));
                g.close();
                u.close();
                if (made != null) {
                    made.close();
                }
                Tensor n = layer.around.input(a);
                return layer.around.toX(layer.toInput(toG, toU, n, pass), a, gradient);
            });
        }
    }

    private Tensor toInput(Tensor toG, Tensor toU, Tensor n, ForwardContext pass) {
        if (inputs.size() == 1) {
            return inputs.get(0).backward(Tensor.concatenate(1, toG, toU), n, null, pass);
        }
        Tensor toN = inputs.get(0).backward(toG, n, null, pass);
        return inputs.get(1).backward(toU, n, toN, pass);
    }
}
