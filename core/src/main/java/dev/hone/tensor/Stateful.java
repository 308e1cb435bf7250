package dev.hone.tensor;

import java.util.Map;
import java.util.function.Function;

/**
 * Something whose tensors have to be saved so that a run resumes exactly: weights, an optimizer, a reference that moves, a critic,
 * an average of weights, a source of rollouts.
 */
public interface Stateful {
    /** What it is called in a saved state, where each of its tensors is {@code STATE-NAME.NAME}; no two parts share it. */
    String stateName();

    /**
     * Everything needed to resume, by name: the same names at any time. Tensors of its own may be returned, which are read at once
     * and not kept; those made for this call are closed with the caller's scope.
     */
    Map<String, Tensor> state();

    /**
     * Takes up where {@link #state} left off. Called within a scope and without autograd; what stays has to be copied or kept.
     *
     * @param saved the tensor of each name that {@link #state} has
     */
    void restore(Function<String, Tensor> saved);

    /** Whether a saved tensor has the shape of the one it replaces; false where shapes change in the course of a run. */
    default boolean hasFixedShapes() {
        return true;
    }
}
