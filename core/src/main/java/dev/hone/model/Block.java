package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A part of the layers in training, between two boundaries at which the graph is cut: forward it maps hidden states to hidden
 * states, backward it maps the gradient of its output to that of its input and adds to the gradient of every trained weight in it.
 */
interface Block {
    /**
     * Applies it; the same input gives the same output, bit for bit.
     *
     * @param x hidden states [tokens, hidden], a leaf that requires a gradient if anything below is trained
     */
    Activations forward(Tensor x);

    /** A block that has been applied, with the activations saved for backward. Belongs to the scope it was made in. */
    interface Activations {
        /** A leaf that requires a gradient if anything in the block or below is trained. */
        Tensor output();

        /**
         * Backward, once; closes what was saved for it.
         *
         * @param gradient ∂L/∂output
         * @return ∂L/∂x, owned by the caller's scope; null where x requires none
         */
        @Nullable
        Tensor backward(Tensor gradient);
    }

    /** A block whose backward is that of its operations' graph. */
    static Block of(UnaryOperator<Tensor> operations) {
        return x -> {
            Tensor leaf = cut(x);
            Tensor end = Scope.returning(() -> Autograd.with(() -> operations.apply(leaf)));
            return new Graph(leaf, end, cut(end));
        };
    }

    /** The same values as a leaf, which requires a gradient if they did. */
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
