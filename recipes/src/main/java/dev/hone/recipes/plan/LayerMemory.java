package dev.hone.recipes.plan;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The tensors one decoder layer makes on its way forward, in the order in which {@code SelfAttention}, {@code FeedForward}, {@code
 * RmsNorm}, {@code Linear}, {@code Rope} and {@code SegmentAttention} make them: how many bytes all of them are, and how many of
 * these stand until the way back. Views cost nothing and are not listed. Attention scores are counted by themselves, as they alone
 * grow with the square of a row's length.
 *
 * @param made all that is made, in bytes
 * @param kept what of it the way back reads; under an adapter with dropout, what autograd keeps: inputs of products whose other
 *     factor learns, results of softmax and rsqrt
 * @param scores how much of {@code made} are attention scores: before the softmax and after it, and widened between
 * @param keptScores how much of {@code kept} are: those after it, where a graph stands
 */
record LayerMemory(long made, long kept, long scores, long keptScores) {
    /**
     * @param adapter null: the layer's own weights learn
     */
    static LayerMemory of(ModelConfig model, @Nullable AdapterConfig adapter, DType compute, BatchSize load) {
        Count count = new Count(adapter, compute, load);
        long hidden = model.hidden();
        long queries = model.attention().queryWidth();
        long keys = model.attention().keyWidth();
        long inner = model.shape().intermediate();

        count.norm(hidden);
        count.linear("q_proj", hidden, queries);
        count.linear("k_proj", hidden, keys);
        count.linear("v_proj", hidden, keys);
        count.turned(queries);
        count.turned(keys);
        count.keeps(queries + 2 * keys);
        boolean grouped = model.attention().group() > 1;
        count.makes(grouped ? queries : 0); // a group's queries, gathered
        count.makes(queries); // what they found
        count.inherited(2 * keys);
        count.rejoined(queries);
        count.makes(queries); // turned back to [tokens, heads · d]
        count.keeps(queries);
        count.linear("o_proj", queries, hidden);
        count.makes(hidden); // + x, a boundary between two stages
        count.keeps(hidden);

        count.norm(hidden);
        count.linear("gate_proj", hidden, inner);
        count.linear("up_proj", hidden, inner);
        count.makes(inner); // silu(gate), and in its place the product
        count.linear("down_proj", inner, hidden);
        count.keeps(2 * inner); // gate and up: the rest is made again on the way back
        count.keeps(hidden); // what the next layer is given

        boolean graph = adapter != null && adapter.dropout() > 0;
        if (graph) {
            count.keepsNormed(hidden, "q_proj", "k_proj", "v_proj");
            count.keepsNormed(hidden, "gate_proj", "up_proj");
            count.makes(inner);
            count.keeps(inner);
            count.keepsInput(inner, "down_proj");
        }
        boolean narrow = compute != DType.F32;
        long looks = load.looks() * model.attention().heads();
        long scores = looks * (2L * compute.bytes() + (narrow ? 2L * DType.F32.bytes() : 0));
        long keptScores = graph ? looks * (compute.bytes() + (narrow ? DType.F32.bytes() : 0)) : 0;
        return new LayerMemory(count.made + scores, count.kept + keptScores, scores, keptScores);
    }

    /** Sums over the tensors of a layer; widths are entries of one token. */
    private static final class Count {
        private final @Nullable AdapterConfig adapter;
        private final long bytes;
        private final BatchSize load;
        private long made;
        private long kept;

        Count(@Nullable AdapterConfig adapter, DType compute, BatchSize load) {
            this.adapter = adapter;
            this.bytes = compute.bytes();
            this.load = load;
        }

        /** A tensor in the compute type. */
        void makes(long width) {
            made += width * bytes * load.tokens();
        }

        /** A tensor in the compute type that was made before and that the graph holds. */
        void keeps(long width) {
            kept += width * bytes * load.tokens();
        }

        private void makesWide(long width) {
            made += width * 4 * load.tokens();
        }

        /** The root mean square is taken in float32, whatever the layer computes in. */
        void norm(long width) {
            boolean narrow = bytes != 4;
            if (narrow) {
                makesWide(width);
                makes(width); // normalised, in the compute type again
            }
            makesWide(2 * width + 3); // squares, normalised; mean, plus ε, root
            makes(width); // times the weight
        }

        /** What the graph of a norm holds: wide, normalised, and the inputs of maps that learn. */
        void keepsNormed(long width, String... readers) {
            kept += 4 * load.tokens() * (bytes == 4 ? 1 : width + 1);
            keepsInput(width, readers);
        }

        /** x·Wᵀ, and beside it the adapter's change. */
        void linear(String name, long inputs, long outputs) {
            makes(outputs);
            if (adapter != null && covered(name)) {
                makes(adapter.rank()); // A·x; its product with B is added in place
                if (adapter.dropout() > 0) {
                    keeps(adapter.rank());
                    makesWide(inputs); // the mask
                    makes((bytes == 4 ? 1 : 2) * inputs);
                    keeps(2 * inputs);
                }
            }
        }

        /** A linear map's input is kept where its weights learn. */
        void keepsInput(long width, String... readers) {
            if (covered(readers)) {
                keeps(width);
            }
        }

        /** Rotation swaps the halves of a copy. */
        void turned(long width) {
            makes(2 * width);
        }

        void inherited(long width) {
            made += width * bytes * load.inherited();
        }

        /** The blocks of a segment, and the segments. */
        void rejoined(long width) {
            made += width * bytes * (load.cut() + (load.segments() > 1 ? load.tokens() : 0));
        }

        private boolean covered(String... names) {
            AdapterConfig shape = adapter;
            if (shape == null) {
                return false;
            }
            for (String name : names) {
                if (shape.covers("." + name)) {
                    return true;
                }
            }
            return false;
        }
    }
}
