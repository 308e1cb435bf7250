package dev.hone.model.attention;

import dev.hone.model.layer.AttentionForm;
import dev.hone.tensor.Tensor;

/**
 * Which keys each query reads, for one forward pass through all layers.
 *
 * <p>{@link SegmentAttention} is that of tokens laid flat in a batch; {@link ChunkAttention} and {@link StepAttention} are those
 * of tokens that continue what a {@link KeyValueCache} holds.
 */
public interface AttentionPlan {
    /**
     * Attends in one layer. Queries and keys are rotated.
     *
     * @param form how queries weigh keys
     * @param q queries [tokens, heads, d]
     * @param k keys [tokens, kv heads, d]
     * @param v values [tokens, kv heads, d]
     * @return [tokens, heads · d]
     */
    Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v);

    /** Gradients of queries [tokens, heads, d], keys and values [tokens, kv heads, d]. */
    record InputGradients(Tensor q, Tensor k, Tensor v) {}

    /**
     * Backward of {@link #attend}, outside of any graph.
     *
     * @param y what {@code attend} returned [tokens, heads · d]
     * @param gradient ∂L/∂y
     * @throws UnsupportedOperationException by plans over a cache, which serve generation alone
     */
    default InputGradients backward(AttentionForm form, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
        throw new UnsupportedOperationException("attention over a cache has no backward; it serves generation alone");
    }
}
