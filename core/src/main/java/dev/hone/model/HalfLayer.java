package dev.hone.model;

import dev.hone.tensor.Tensor;

/** One of the two halves of a decoder layer, each of which adds to the residual stream: a mixer of tokens, or what computes each by itself. */
public interface HalfLayer {
    /** Maps hidden states [tokens, hidden] to hidden states. */
    Tensor apply(Tensor x, ForwardContext pass);

    /** For training; with dropout, backward is the graph's. */
    Block block(ForwardContext pass);
}
