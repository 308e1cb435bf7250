package dev.hone.model;

import dev.hone.model.adapter.AdapterDelta;
import dev.hone.model.adapter.AdapterDeltas;
import dev.hone.model.attention.AttentionPlan;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass through the layers takes besides the tokens.
 *
 * @param probe looks at the modules' outputs, in a search for non-finite ones
 */
public record ForwardContext(
        Rope.Rotation rotation,
        AttentionPlan attention,
        @Nullable AdapterDeltas deltas,
        @Nullable Dropout dropout,
        @Nullable Probe probe) {
    /** Without a probe. */
    public ForwardContext(
            Rope.Rotation rotation,
            AttentionPlan attention,
            @Nullable AdapterDeltas deltas,
            @Nullable Dropout dropout) {
        this(rotation, attention, deltas, dropout, null);
    }

    /** The adapter's delta of a module; null: none. */
    @Nullable
    AdapterDelta change(String module) {
        return deltas == null ? null : deltas.at(module);
    }

    /** The same for some of its tokens, in any order and without dropout: their adapters alone. */
    ForwardContext ofRows(int[] rows) {
        AdapterDeltas own = deltas == null ? null : deltas.ofRows(rows);
        return own == deltas && dropout == null ? this : new ForwardContext(rotation, attention, own, null, probe);
    }

    /** Shows a module's output to the probe, if there is one, and passes it on. */
    Tensor seen(String module, Tensor output) {
        if (probe != null) {
            probe.look(module, output);
        }
        return output;
    }
}
