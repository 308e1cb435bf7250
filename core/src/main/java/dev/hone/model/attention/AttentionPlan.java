package dev.hone.model.attention;

import dev.hone.tensor.Tensor;

/**
 * Which keys each query reads, for one forward pass through all layers.
 *
 * <p>{@link SegmentAttention} answers for tokens laid flat in a batch; {@link ChunkAttention} and {@link StepAttention} for
 * tokens that continue what a {@link KeyValueCache} holds.
 */
public interface AttentionPlan {
    /**
     * Attends in one layer. All tensors are after rotation.
     *
     * @param q queries [tokens, heads, d]
     * @param k keys [tokens, kv heads, d]
     * @param v values [tokens, kv heads, d]
     * @return [tokens, heads · d]
     */
    Tensor attend(int layer, Tensor q, Tensor k, Tensor v);
}
