package dev.hone.model;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.attention.AttentionSize;
import dev.hone.model.layer.LinearSpec;
import dev.hone.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the tensors that a layer's blocks make for one micro-batch. Each block states its own beside the code that makes them,
 * in the order of that code; views cost nothing and are not listed. Widths are entries of one token.
 *
 * <p>Adapters with dropout leave backward to the graph, and what that saves is stated too: inputs of products whose other factor is
 * trained, results of softmax and rsqrt.
 */
final class Allocations {
    private final @Nullable AdapterConfig adapter;
    private final DType compute;
    private final AttentionSize size;
    private long made;
    private long saved;
    private long scores;
    private long savedScores;

    /**
     * @param adapter null: the layer's own weights are trained
     */
    Allocations(@Nullable AdapterConfig adapter, DType compute, AttentionSize size) {
        this.adapter = adapter;
        this.compute = compute;
        this.size = size;
    }

    AttentionSize size() {
        return size;
    }

    /** Whether the layer computes in fewer than 32 bits, so that float32 is a copy. */
    boolean isNarrow() {
        return compute != DType.F32;
    }

    /** Whether backward is the graph's. */
    boolean hasGraph() {
        return adapter != null && adapter.dropout() > 0;
    }

    /** A tensor in the compute type. */
    void makes(long width) {
        makesEntries(width * size.tokens());
    }

    void makesEntries(long entries) {
        made += entries * compute.bytes();
    }

    /** A tensor in float32. */
    void makesWide(long width) {
        made += width * DType.F32.bytes() * size.tokens();
    }

    /** A tensor in the compute type that was made before and is saved for backward. */
    void saves(long width) {
        saved += width * compute.bytes() * size.tokens();
    }

    /** A tensor in float32 that is saved for backward. */
    void savesWide(long width) {
        saved += width * DType.F32.bytes() * size.tokens();
    }

    /** Attention scores, before the softmax and after it, in 16 bits widened for it; a graph saves those after it. */
    void scores(long entries) {
        long wide = isNarrow() ? DType.F32.bytes() : 0;
        scores += entries * 2L * (compute.bytes() + wide);
        savedScores += hasGraph() ? entries * (compute.bytes() + wide) : 0;
    }

    /** x·Wᵀ, and beside it the adapter's. */
    void linear(LinearSpec map) {
        long inputs = map.inputs();
        long outputs = map.outputs();
        makes(outputs);
        AdapterConfig shape = adapter;
        if (shape != null && shape.covers(map.module())) {
            makes(shape.rank()); // A·x; its product with B is added in place
            makes(shape.type().deltas().outputsMade() * outputs);
            if (shape.dropout() > 0) {
                saves(shape.rank());
                makesWide(inputs); // the mask
                makes((isNarrow() ? 2 : 1) * inputs);
                saves(2 * inputs);
            }
        }
    }

    /** Where a graph saves it, the input of maps of which some are trained. */
    void savesInput(long width, List<LinearSpec> readers) {
        for (LinearSpec reader : readers) {
            if (hasGraph() && adapter != null && adapter.covers(reader.module())) {
                saves(width);
                return;
            }
        }
    }

    LayerMemory sum() {
        return new LayerMemory(made + scores, saved + savedScores, scores, savedScores);
    }
}
