package dev.hone.model;

import dev.hone.model.adapter.AdapterDelta;
import dev.hone.model.adapter.AdapterDeltas;
import dev.hone.model.attention.AttentionPlan;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass through the layers is given besides the tokens.
 *
 * @param probe looks at the modules' outputs, where a fault is searched for
 */
public record ForwardContext(
        Rope.Rotation turn,
        AttentionPlan attention,
        @Nullable AdapterDeltas changes,
        @Nullable Dropout dropout,
        @Nullable Probe probe) {
    /** A pass in which nobody looks at the modules' outputs. */
    public ForwardContext(
            Rope.Rotation turn, AttentionPlan attention, @Nullable AdapterDeltas changes, @Nullable Dropout dropout) {
        this(turn, attention, changes, dropout, null);
    }

    /** What changes a module; null: nothing. */
    @Nullable
    AdapterDelta change(String module) {
        return changes == null ? null : changes.at(module);
    }

    /** Shows a module's output to the probe, if there is one, and passes it on. */
    Tensor seen(String module, Tensor output) {
        if (probe != null) {
            probe.look(module, output);
        }
        return output;
    }
}
