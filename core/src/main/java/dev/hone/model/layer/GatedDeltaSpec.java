package dev.hone.model.layer;

import java.util.List;

/**
 * A gated delta rule with its maps, convolution, norm and gate (Yang et al., 2024; Qwen3.5).
 *
 * @param inputs queries, keys and values in one map
 * @param gate of the output
 * @param beta how much is written, one number a value head
 * @param decay what is forgotten, the same
 * @param taps of the convolution over what {@code inputs} gives
 * @param aLog logarithm of the rate of decay [value heads]
 * @param dtBias added to {@code decay} [value heads]
 * @param norm of each head of the output
 */
public record GatedDeltaSpec(
        DeltaShape heads,
        LinearSpec inputs,
        LinearSpec gate,
        LinearSpec beta,
        LinearSpec decay,
        LinearSpec output,
        WeightSpec taps,
        WeightSpec aLog,
        WeightSpec dtBias,
        NormSpec norm)
        implements MixerSpec {
    /** How many tokens the convolution reads. */
    public int reach() {
        return Math.toIntExact(taps.shape().get(2));
    }

    @Override
    public List<LinearSpec> linearMaps() {
        return List.of(inputs, gate, beta, decay, output);
    }

    @Override
    public List<NormSpec> norms() {
        return List.of(norm);
    }

    @Override
    public List<WeightSpec> weights() {
        return List.of(taps, aLog, dtBias);
    }
}
