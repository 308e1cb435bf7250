package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * Experts, of which a router chooses some for each token.
 *
 * @param router its outputs are one number for each expert
 */
public record ExpertsSpec(ExpertShape shape, LinearSpec router, List<GatedSpec> all) implements FeedForwardSpec {
    public ExpertsSpec {
        all = List.copyOf(all);
    }

    /** The same with biases on all maps, and another function of the gate. */
    public ExpertsSpec withBiases(Activation other) {
        return new ExpertsSpec(
                shape,
                router.withBias(),
                all.stream()
                        .map(GatedSpec::withBiases)
                        .map(gated -> new GatedSpec(gated.inputs(), gated.down(), other))
                        .toList());
    }

    @Override
    public List<LinearSpec> linearMaps() {
        List<LinearSpec> maps = new ArrayList<>(List.of(router));
        all.forEach(expert -> maps.addAll(expert.linearMaps()));
        return maps;
    }
}
