package dev.hone.model;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.attention.AttentionSize;
import dev.hone.model.layer.AttentionSpec;
import dev.hone.model.layer.ExpertsSpec;
import dev.hone.model.layer.GatedDeltaSpec;
import dev.hone.model.layer.GatedSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.ShortConvolutionSpec;
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
     * Adds up what the blocks of a layer state: what is made as of the layer that makes most, what is saved as on average.
     *
     * @param adapter null: the layer's own weights are trained
     */
    public static LayerMemory of(
            ModelConfig model, @Nullable AdapterConfig adapter, DType compute, AttentionSize size) {
        LayerMemory largest = new LayerMemory(0, 0, 0, 0);
        long saved = 0;
        long savedScores = 0;
        for (LayerSpec layer : model.allLayers()) {
            LayerMemory own = of(layer, new Allocations(adapter, compute, size));
            largest = own.made > largest.made ? own : largest;
            saved += own.saved;
            savedScores += own.savedScores;
        }
        int layers = model.layers();
        return new LayerMemory(largest.made, saved / layers, largest.scores, savedScores / layers);
    }

    private static LayerMemory of(LayerSpec layer, Allocations allocations) {
        if (layer.mixer() instanceof AttentionSpec attention) {
            SelfAttention.allocate(allocations, layer.aroundMixer(), attention);
        } else if (layer.mixer() instanceof ShortConvolutionSpec convolution) {
            ShortConvolution.allocate(allocations, layer.aroundMixer(), convolution);
        } else if (layer.mixer() instanceof GatedDeltaSpec delta) {
            GatedDeltaNet.allocate(allocations, layer.aroundMixer(), delta);
        }
        if (layer.feedForward() instanceof GatedSpec gated) {
            FeedForward.allocate(allocations, layer.aroundFeedForward(), gated);
        } else if (layer.feedForward() instanceof ExpertsSpec experts) {
            Experts.allocate(allocations, layer.aroundFeedForward(), experts);
        }
        return allocations.sum();
    }
}
