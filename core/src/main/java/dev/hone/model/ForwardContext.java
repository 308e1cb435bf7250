package dev.hone.model;

import dev.hone.model.adapter.AdapterDelta;
import dev.hone.model.adapter.AdapterDeltas;
import dev.hone.model.attention.AttentionPlan;
import dev.hone.model.layer.RopeSpec;
import dev.hone.tensor.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass through the layers takes besides the tokens.
 *
 * @param rotations of queries and keys, for each kind that layers have
 * @param probe looks at the modules' outputs, in a search for non-finite ones
 */
public record ForwardContext(
        Function<RopeSpec, Rope.Rotation> rotations,
        AttentionPlan attention,
        @Nullable AdapterDeltas deltas,
        @Nullable Dropout dropout,
        @Nullable Probe probe) {
    /** Without a probe. */
    public ForwardContext(
            Function<RopeSpec, Rope.Rotation> rotations,
            AttentionPlan attention,
            @Nullable AdapterDeltas deltas,
            @Nullable Dropout dropout) {
        this(rotations, attention, deltas, dropout, null);
    }

    /** How the layers with this kind of rotation rotate. */
    Rope.Rotation rotation(RopeSpec rope) {
        return rotations.apply(rope);
    }

    /** The adapter's delta of a module; null: none. */
    @Nullable
    AdapterDelta change(String module) {
        return deltas == null ? null : deltas.at(module);
    }

    /** Shows a module's output to the probe, if there is one, and passes it on. */
    Tensor seen(String module, Tensor output) {
        if (probe != null) {
            probe.look(module, output);
        }
        return output;
    }
}
