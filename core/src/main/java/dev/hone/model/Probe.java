package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Looks at the output of each module of a pass, in the order of computation, for the first with a non-finite entry. */
final class Probe {
    private @Nullable String module;

    /** The first module with a non-finite output for a batch; empty if all are finite. */
    static Optional<String> firstNonFinite(Decoder decoder, Batch batch, @Nullable Adapter adapter) {
        Probe probe = new Probe();
        Autograd.withoutDo(() -> {
            try (Scope scope = Scope.open()) {
                ForwardContext pass = new ForwardContext(
                        decoder.rotations(batch), new SegmentAttention(batch.segments()), adapter, null, probe);
                decoder.forward(batch.tokens(), pass, UnaryOperator.identity());
            }
        });
        return Optional.ofNullable(probe.module);
    }

    void look(String name, Tensor output) {
        if (module == null && !output.isFinite()) {
            module = name;
        }
    }
}
