package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gated convolution over the last few tokens, {@code output(c ⊙ convolution(b ⊙ u))} with {@code (b, c, u) = input(n)} (LFM2).
 *
 * @param taps of each channel [hidden, 1, k]
 * @param bias of the convolution [hidden]; null: none
 */
public record ShortConvolutionSpec(
        LinearSpec input, WeightSpec taps, @Nullable WeightSpec bias, LinearSpec output) implements MixerSpec {
    /** How many tokens each reads. */
    public int reach() {
        return Math.toIntExact(taps.shape().get(2));
    }

    /** The same with biases on both maps. */
    public ShortConvolutionSpec withBiases() {
        return new ShortConvolutionSpec(input.withBias(), taps, bias, output.withBias());
    }

    @Override
    public List<LinearSpec> linearMaps() {
        return List.of(input, output);
    }

    @Override
    public List<NormSpec> norms() {
        return List.of();
    }

    @Override
    public List<WeightSpec> weights() {
        List<WeightSpec> weights = new ArrayList<>(List.of(taps));
        if (bias != null) {
            weights.add(bias);
        }
        return weights;
    }
}
