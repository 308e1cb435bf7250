package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A part of the layers in training, between two boundaries at which the graph is cut: on the way there it maps hidden states to
 * hidden states, on the way back it maps the loss's gradient from its output to its input and adds to the gradient of every
 * trained weight in it.
 */
interface Block {
    /**
     * Applies it, the same whenever it is asked.
     *
     * @param x hidden states [tokens, hidden], a leaf that wants a gradient if anything below is trained
     */
    Activations keep(Tensor x);

    /** A stage that has been applied, with what its way back needs. Belongs to the scope it was made in. */
    interface Activations {
        /** A leaf that wants a gradient if anything in the stage or below is trained. */
        Tensor output();

        /**
         * Goes the way back, once, and lets go of what was kept for it.
         *
         * @param gradient ∂L/∂output
         * @return ∂L/∂x, owned by the caller's scope; null where x wants none
         */
        @Nullable
        Tensor backward(Tensor gradient);
    }

    /** A stage whose way back is the graph of its operations. */
    static Block of(UnaryOperator<Tensor> operations) {
        return x -> {
            Tensor leaf = cut(x);
            Tensor end = Scope.returning(() -> Autograd.with(() -> operations.apply(leaf)));
            return new Graph(leaf, end, cut(end));
        };
    }

    /** The same values as a leaf, which wants a gradient if they did. */
    static Tensor cut(Tensor x) {
        Tensor leaf = x.detach();
        return x.isTrainable() ? leaf.trainable() : leaf;
    }

    /** What autograd has recorded. */
    record Graph(Tensor leaf, Tensor end, Tensor output) implements Activations {
        @Override
        public @Nullable Tensor backward(Tensor gradient) {
            end.backward(gradient);
            end.close();
            return leaf.isTrainable() ? leaf.gradient().detach() : null;
        }
    }
}
