package dev.hone.model;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.attention.AttentionSize;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the tensors that one decoder layer makes in a training forward pass. Attention scores are counted by themselves, as
 * they alone grow with the square of a row's length.
 *
 * @param made all that is made
 * @param saved what of it backward reads
 * @param scores how much of {@code made} are attention scores
 * @param savedScores how much of {@code saved} are
 */
public record LayerMemory(long made, long saved, long scores, long savedScores) {
    /**
     * Adds up what the blocks of a layer state. All layers of a model make the same.
     *
     * @param adapter null: the layer's own weights are trained
     */
    public static LayerMemory of(
            ModelConfig model, @Nullable AdapterConfig adapter, DType compute, AttentionSize size) {
        Allocations allocations = new Allocations(adapter, compute, size);
        LayerSpec layer = model.layer(0);
        SelfAttention.allocate(allocations, layer.aroundMixer(), layer.attention());
        FeedForward.allocate(allocations, layer.aroundFeedForward(), (GatedSpec) layer.feedForward());
        return allocations.sum();
    }
}
