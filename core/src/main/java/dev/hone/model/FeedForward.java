package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The gated half of a decoder layer, {@code y = a + down(silu(gate(n)) ⊙ up(n))} with {@code n = norm(a)} (SwiGLU: Shazeer,
 * 2020).
 *
 * <p>{@link #apply} is the formula. {@link #stage} is the same with a way back of its own: it keeps a, gate(n) and up(n), half of
 * what the graph of the formula would, and computes the rest again, which takes no product.
 */
record FeedForward(RmsNorm norm, Linear gate, Linear up, Linear down) {
    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor a, ForwardContext pass) {
        Tensor n = norm.apply(a);
        Tensor opened = gate.apply(n, pass).silu();
        return a.plus(down.apply(opened.times(up.apply(n, pass)), pass));
    }

    /** For training; drawn dropout masks are left to the graph. */
    Block stage(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> kept(x, pass)) : Block.of(x -> apply(x, pass));
    }

    private Block.Activations kept(Tensor a, ForwardContext pass) {
        UnaryOperator<Tensor> lasting = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Tensor n = norm.apply(a);
            Tensor gated = lasting.apply(gate.apply(n, pass));
            Tensor raised = lasting.apply(up.apply(n, pass));
            Tensor y = down.apply(gated.silu().timesInPlace(raised), pass).addInPlace(a);
            boolean learns = a.isTrainable() || learns(pass);
            return new Applied(this, pass, a, gated, raised, lasting.apply(learns ? y.trainable() : y));
        }
    }

    private boolean learns(ForwardContext pass) {
        return norm.weight().isTrained() || gate.learns(pass) || up.learns(pass) || down.learns(pass);
    }

    private record Applied(FeedForward layer, ForwardContext pass, Tensor a, Tensor gated, Tensor raised, Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor opened = gated.silu();
                Tensor toHidden = layer.down.backward(gradient, opened.times(raised), null, pass);
                Tensor toRaised = opened.timesInPlace(toHidden);
                Tensor toGated = gated.siluGradient(toHidden.timesInPlace(raised));
                gated.close();
                raised.close();
                Tensor n = layer.norm.apply(a);
                Tensor toNorm = layer.gate.backward(toGated, n, null, pass);
                layer.up.backward(toRaised, n, toNorm, pass);
                if (!a.isTrainable() && !layer.norm.weight().isTrained()) {
                    return null;
                }
                Tensor toInput = layer.norm.backward(toNorm, a).addInPlace(gradient);
                return a.isTrainable() ? toInput : null;
            });
        }
    }
}
