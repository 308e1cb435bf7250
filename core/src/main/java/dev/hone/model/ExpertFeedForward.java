package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The experts of a decoder layer as its block, {@code y = a + experts(norm(a))}. */
record ExpertFeedForward(RmsNorm norm, Experts experts) {
    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor a, ForwardContext pass) {
        return a.plus(experts.apply(norm.apply(a), pass));
    }

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass) {
        return pass.dropout() == null ? x -> Autograd.without(() -> forward(x, pass)) : Block.of(x -> apply(x, pass));
    }

    private Block.Activations forward(Tensor a, ForwardContext pass) {
        UnaryOperator<Tensor> saved = Scope.keeper();
        try (Scope scope = Scope.open()) {
            Experts.Computed computed = experts.forward(norm.apply(a), pass, saved);
            Tensor y = computed.output().addInPlace(a);
            boolean isTrained = a.isTrainable() || norm.weight().isTrained() || experts.isTrained(pass);
            return new Saved(this, pass, a, computed, saved.apply(isTrained ? y.trainable() : y));
        }
    }

    private record Saved(
            ExpertFeedForward layer, ForwardContext pass, Tensor a, Experts.Computed computed, Tensor output)
            implements Block.Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            return Autograd.without(() -> {
                Tensor toN = layer.experts.backward(computed, gradient, layer.norm.apply(a), pass);
                if (!a.isTrainable() && !layer.norm.weight().isTrained()) {
                    return null;
                }
                Tensor toA = layer.norm.backward(toN, a).addInPlace(gradient);
                return a.isTrainable() ? toA : null;
            });
        }
    }
}
