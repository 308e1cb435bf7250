package dev.hone.model.attention;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.mixer.Runs;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

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
    default Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v) {
        return attend(layer, form, q, k, v, null);
    }

    /**
     * The same with sinks: scores that take weight from the keys and have no value (Agarwal et al., 2025, "gpt-oss").
     *
     * @param sinks one for each head [heads], in float32; null: none
     */
    Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks);

    /** What tokens stand before each in its text, for mixers that do not attend. */
    Runs runs();

    /** Gradients of queries [tokens, heads, d], keys and values [tokens, kv heads, d], and of sinks [heads] where there are any. */
    record InputGradients(
            Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks) {}

    /**
     * Backward of {@link #attend}, outside of any graph.
     *
     * @param y what {@code attend} returned [tokens, heads · d]
     * @param gradient ∂L/∂y
     * @throws UnsupportedOperationException by plans over a cache, which serve generation alone
     */
    default InputGradients backward(AttentionForm form, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
        return backward(form, q, k, v, null, y, gradient);
    }

    /** The same with sinks. */
    default InputGradients backward(
            AttentionForm form, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks, Tensor y, Tensor gradient) {
        throw new UnsupportedOperationException("attention over a cache has no backward; it serves generation alone");
    }
}
