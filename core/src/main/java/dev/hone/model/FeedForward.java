package dev.hone.model;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Projection;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The MLP block of a decoder layer, {@code y = a + down(silu(gate(n)) ⊙ up(n))} with {@code n = norm(a)} (SwiGLU: Shazeer,
 * 2020).
 *
 * <p>{@link #apply} is the formula. {@link #block} is the same with a backward written by hand: it saves a, gate(n) and up(n), half
 * of what the graph of the formula would, and recomputes the rest, which takes no matrix product.
 */
record FeedForward(RmsNorm norm, Linear gate, Linear up, Linear down) {
    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor a, ForwardContext pass) {
        Tensor n = norm.apply(a);
        Tensor activated = gate.apply(n, pass).silu();
        return a.plus(down.apply(activated.times(up.apply(n, pass)), pass));
    }

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    private Block.Activations forward(Tensor a, ForwardContext pass) {
        UnaryOperator<Tensor> saved = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Tensor n = norm.apply(a);
            Tensor g = saved.apply(gate.apply(n, pass));
            Tensor u = saved.apply(up.apply(n, pass));
            Tensor y = down.apply(g.silu().timesInPlace(u), pass).addInPlace(a);
            boolean isTrained = a.isTrainable() || isTrained(pass);
            return new Saved(this, pass, a, g, u, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    /** The tensors that a forward pass makes, and those that {@link #block} saves; its graph saves more. */
    static void allocate(Allocations allocations, ModelConfig model) {
        long hidden = model.hidden();
        long inner = model.shape().intermediate();
        RmsNorm.allocate(allocations, hidden, 1);
        allocations.savesInput(hidden, Projection.GATE, Projection.UP);
        allocations.linear(Projection.GATE, hidden, inner);
        allocations.linear(Projection.UP, hidden, inner);
        allocations.makes(inner); // silu(gate), and in its place the product
        allocations.saves(2 * inner); // gate and up
        if (allocations.hasGraph()) {
            allocations.makes(inner);
            allocations.saves(inner);
        }
        allocations.savesInput(inner, Projection.DOWN);
        allocations.linear(Projection.DOWN, inner, hidden);
        allocations.saves(hidden); // the input of the next block
    }

    private boolean isTrained(ForwardContext pass) {
        return norm.weight().isTrained() || gate.isTrained(pass) || up.isTrained(pass) || down.isTrained(pass);
    }

    private record Saved(FeedForward layer, ForwardContext pass, Tensor a, Tensor g, Tensor u, Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor activated = g.silu();
                Tensor toProduct = layer.down.backward(gradient, activated.times(u), null, pass);
                Tensor toU = activated.timesInPlace(toProduct);
                Tensor toG = g.siluGradient(toProduct.timesInPlace(u));
                g.close();
                u.close();
                Tensor n = layer.norm.apply(a);
                Tensor toN = layer.gate.backward(toG, n, null, pass);
                layer.up.backward(toU, n, toN, pass);
                if (!a.isTrainable() && !layer.norm.weight().isTrained()) {
                    return null;
                }
                Tensor toA = layer.norm.backward(toN, a).addInPlace(gradient);
                return a.isTrainable() ? toA : null;
            });
        }
    }
}
