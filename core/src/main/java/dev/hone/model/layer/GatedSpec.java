package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * An MLP with a gate, {@code down(activation(gate(n)) ⊙ up(n))}.
 *
 * @param inputs gate and up; or one map whose outputs are those of the gate and then those of up
 */
public record GatedSpec(List<LinearSpec> inputs, LinearSpec down, Activation activation) implements FeedForwardSpec {
    public GatedSpec {
        inputs = List.copyOf(inputs);
    }

    /** The same with biases on all its maps. */
    public GatedSpec withBiases() {
        return new GatedSpec(inputs.stream().map(LinearSpec::withBias).toList(), down.withBias(), activation);
    }

    /** Width of what is multiplied. */
    public int inner() {
        return down.inputs();
    }

    public boolean isFused() {
        return inputs.size() == 1;
    }

    @Override
    public List<LinearSpec> linearMaps() {
        List<LinearSpec> maps = new ArrayList<>(inputs);
        maps.add(down);
        return maps;
    }
}
