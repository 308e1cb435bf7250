package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * Of what one decoder layer is made: a mixer and then a feed-forward part, each in the residual stream. Weights, parameter names and
 * memory arithmetic all follow from it.
 *
 * @param path the full dotted name that a checkpoint gives the layer
 */
public record LayerSpec(
        String path,
        ResidualSpec aroundMixer,
        MixerSpec mixer,
        ResidualSpec aroundFeedForward,
        FeedForwardSpec feedForward) {
    /** The window of full attention. */
    public static final int UNBOUNDED = AttentionForm.UNBOUNDED;

    /** The same with both blocks' outputs scaled before they are added. */
    public LayerSpec withResidualScale(double scale) {
        return new LayerSpec(
                path, aroundMixer.withScale(scale), mixer, aroundFeedForward.withScale(scale), feedForward);
    }

    /** The attention it has; {@link IllegalStateException} where it has another mixer. */
    public AttentionSpec attention() {
        if (mixer instanceof AttentionSpec attention) {
            return attention;
        }
        throw new IllegalStateException(path + " has no attention");
    }

    /** Every linear map, which an adapter may change, in the order a checkpoint lists them. */
    public List<LinearSpec> linearMaps() {
        List<LinearSpec> maps = new ArrayList<>(mixer.linearMaps());
        maps.addAll(feedForward.linearMaps());
        return maps;
    }

    /** Every norm, in the order a checkpoint lists them. */
    public List<NormSpec> norms() {
        List<NormSpec> norms = new ArrayList<>(aroundMixer.norms());
        norms.addAll(aroundFeedForward.norms());
        norms.addAll(mixer.norms());
        return norms;
    }
}
