package dev.hone.model;

import dev.hone.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * What stands in a branch of the residual stream: it maps the hidden states that it is given to what is added to the stream, and has a
 * backward written by hand.
 */
interface Branch {
    /**
     * Applies it; the same input gives the same output, bit for bit.
     *
     * @param n hidden states [tokens, hidden]
     * @param saved keeps what backward reads until then
     */
    Applied forward(Tensor n, ForwardContext pass, UnaryOperator<Tensor> saved);

    /** Whether any of its weights is trained in a pass. */
    boolean isTrained(ForwardContext pass);

    /** A branch that has been applied. */
    interface Applied {
        /** What is added to the stream [tokens, hidden]. */
        Tensor output();

        /**
         * Backward, once and outside of any graph: adds to the gradient of every trained weight and closes what was saved.
         *
         * @param gradient ∂L/∂output; not changed
         * @param n what it was given
         * @return ∂L/∂n
         */
        Tensor backward(Tensor gradient, Tensor n);
    }
}
