package dev.hone.model;

import dev.hone.tensor.Tensor;

/**
 * The hidden states of a batch in training, with the activations saved for backward. They belong to the scope they were made in,
 * and to the thread.
 */
public interface HiddenStates {
    /** Normalised last hidden states at the batch's targets [targets, hidden], outside of any graph. */
    Tensor atTargets();

    /**
     * Adds the gradient of the loss to every trained weight below, once.
     *
     * @param gradient ∂L/∂{@link #atTargets} [targets, hidden], in the compute type
     */
    void backward(Tensor gradient);
}
