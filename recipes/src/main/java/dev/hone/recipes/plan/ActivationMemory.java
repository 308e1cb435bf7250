package dev.hone.recipes.plan;

import dev.hone.model.LayerMemory;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.head.TokenHead;
import dev.hone.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * What one micro-batch allocates, in bytes: what its layers save for backward, a layer at work, what lies outside of the layers, and
 * the head. Immutable.
 *
 * @param adapter what is trained beside the frozen weights; null: the weights themselves are trained
 */
record ActivationMemory(
        ModelConfig model, @Nullable AdapterConfig adapter, DType compute, Recomputation recomputation) {
    private static final int WIDE = DType.F32.bytes();

    /** Tensors from there on are mappings of their own, as the launcher sets the allocator. */
    private static final long MAPPED = 32L << 20;

    /** What one micro-batch needs beside what stands: by this, two of them are compared. */
    long of(BatchSize load) {
        LayerMemory layer = layer(load);
        return scores(layer) + saved(layer, load) + outline(load) + atWork(layer, load);
    }

    /** The part of it whose places what follows does not fit: a layer that is recomputed has the sizes of the one before it. */
    long gapping(BatchSize load) {
        return of(load) - (recomputation == Recomputation.NONE ? 0 : atWork(layer(load), load));
    }

    LayerMemory layer(BatchSize load) {
        return LayerMemory.of(model, adapter, compute, load.attention());
    }

    /** What the layers save for backward, scores aside: the term that recomputation makes small. */
    long saved(LayerMemory layer, BatchSize load) {
        return masks(load)
                + switch (recomputation) {
                    case NONE -> model.layers() * (layer.saved() - layer.savedScores());
                    case LAYERS -> layerInputs(load);
                };
    }

    long scores(LayerMemory layer) {
        return recomputation == Recomputation.NONE ? model.layers() * layer.savedScores() : 0;
    }

    long layerInputs(BatchSize load) {
        return 2L * model.layers() * hiddenStates(load); // of both blocks of each
    }

    long hiddenStates(BatchSize load) {
        return load.tokens() * model.hidden() * compute.bytes();
    }

    /** A layer in backward: gradients of the MLP's product, of both factors and of the gate, and of one matrix. */
    private long inBackward(BatchSize load) {
        long matrix = (adapter == null ? 2L : 1L)
                * WIDE
                * model.shape().intermediate()
                * model.hidden(); // its gradient; or it, widened
        return 4 * load.tokens() * model.shape().intermediate() * compute.bytes() + matrix;
    }

    /** A layer in backward with what is recomputed before it; or, if that is more, what forward does not save. */
    long atWork(LayerMemory layer, BatchSize load) {
        return recomputation == Recomputation.NONE
                ? Math.max(inBackward(load), layer.made() - layer.saved())
                : layer.made() + inBackward(load);
    }

    /**
     * The head, and a layer at work, which take turns: what one leaves the other takes. But a chunk of the head that is so large that it is
     * mapped does not lie where a layer's backward was.
     */
    long headOrLayer(LayerMemory layer, BatchSize load) {
        long head = head(load);
        boolean isBeside = head >= MAPPED && recomputation == Recomputation.NONE;
        return Math.max(isBeside ? head + inBackward(load) : head, atWork(layer, load));
    }

    /** Masks are made once for all layers, in float32 and in the compute type. */
    long masks(BatchSize load) {
        long each = compute.bytes() == WIDE ? WIDE : WIDE + compute.bytes();
        return load.attention().masks(model.layer(0).attention().heads()) * each;
    }

    /** Outside of the layers: embeddings, the last norm, angles, and hidden states at the targets with their gradient. */
    long outline(BatchSize load) {
        long bytes = compute.bytes();
        long token = model.hidden() * (WIDE + 2 * bytes + 2L * WIDE)
                + model.attention().headSize() * (WIDE + bytes);
        return load.tokens() * token + load.targets() * 4 * model.hidden() * bytes;
    }

    boolean predictsTokens() {
        return model.output() == Output.TOKENS;
    }

    /** A chunk of logits in the compute type, what is made of one block of it at a time, and the weight if it has to be cast. */
    long head(BatchSize load) {
        if (!predictsTokens()) {
            return 0;
        }
        long vocabulary = model.vocabulary();
        long cast = adapter == null && compute.bytes() != WIDE ? vocabulary * model.hidden() * compute.bytes() : 0;
        return TokenHead.chunkBytes(vocabulary, compute, load.targets()) + cast;
    }
}
