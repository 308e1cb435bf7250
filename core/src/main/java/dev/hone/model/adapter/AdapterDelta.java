package dev.hone.model.adapter;

import dev.hone.tensor.Tensor;

/** What a pass adds to the outputs of one linear map. */
public interface AdapterDelta {
    /** Adds the change to y [tokens, out], in place, for inputs x [tokens, in]. */
    void addTo(Tensor y, Tensor x);
}
