package dev.hone.model.attention;

import dev.hone.data.batch.Segment;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Causal attention within segments: a token reads its segment up to itself, and all of the segments above it, or of these the last
 * keys that fit into a window.
 *
 * <p>Query heads that share a key head are folded into the rows of one product, [kv heads, group · rows, d], so no key is
 * repeated. Long segments are cut into blocks of queries, each of which multiplies only the keys it may read; the softmax
 * is exact either way. {@link #plain} is the same without blocks and is what the tests compare against.
 */
public final class SegmentAttention implements AttentionPlan {
    static final int BLOCK = 128;

    private final List<Segment> segments;
    private final long[] lengths;
    private final int block;
    private final Map<String, Tensor> masks = new HashMap<>();
    private final UnaryOperator<Tensor> keep =
            Scope.keeper(); // masks serve all layers, each of which has a scope of its own

    public SegmentAttention(List<Segment> segments) {
        this(segments, BLOCK);
    }

    private SegmentAttention(List<Segment> segments, int block) {
        this.segments = segments;
        this.lengths = segments.stream().mapToLong(Segment::length).toArray();
        this.block = block;
    }

    /** One product per segment, however long: the reference. */
    public static SegmentAttention plain(List<Segment> segments) {
        return new SegmentAttention(segments, Integer.MAX_VALUE);
    }

    @Override
    public Tensor attend(int layer, int window, Tensor q, Tensor k, Tensor v) {
        int kvHeads = Math.toIntExact(k.size(1));
        int group = Math.toIntExact(q.size(1)) / kvHeads;
        long width = q.size(2);
        // [tokens, kv, group, d] → [kv, group, tokens, d]
        Tensor[] queries =
                q.view(q.size(0), kvHeads, group, width).permute(1, 2, 0, 3).split(2, lengths);
        Tensor[] keys = k.transpose(0, 1).split(1, lengths); // each [kv, T, d]
        Tensor[] values = v.transpose(0, 1).split(1, lengths);
        List<Tensor> attended = new ArrayList<>(segments.size());
        for (int s = 0; s < segments.size(); s++) {
            Tensor seenKeys = withParents(s, keys);
            Tensor seenValues = withParents(s, values);
            attended.add(within(window, queries[s], seenKeys, seenValues)); // [kv, group, T, d]
        }
        Tensor all = attended.size() == 1 ? attended.get(0) : Tensor.concatenate(2, attended);
        return all.permute(2, 0, 1, 3).reshape(q.size(0), q.size(1) * width); // [tokens, heads · d]
    }

    private Tensor withParents(int s, Tensor[] own) {
        if (!segments.get(s).hasParent()) {
            return own[s];
        }
        return Tensor.concatenate(1, chain(s).stream().map(at -> own[at]).toList());
    }

    /** A segment behind its parents. */
    private List<Integer> chain(int s) {
        List<Integer> chain = new ArrayList<>();
        for (int at = s; at != Segment.NONE; at = segments.get(at).parent()) {
            chain.add(0, at);
        }
        return chain;
    }

    /** Attends causally: queries [kv, group, T, d] are the last T of the keys and values [kv, before + T, d]. */
    Tensor within(int window, Tensor q, Tensor k, Tensor v) {
        int kvHeads = Math.toIntExact(q.size(0));
        int group = Math.toIntExact(q.size(1));
        int length = Math.toIntExact(q.size(2));
        long width = q.size(3);
        int before = Math.toIntExact(k.size(1)) - length; // keys of the parents
        Tensor transposed = k.transpose(1, 2); // [kv, d, keys]
        List<Tensor> blocks = new ArrayList<>();
        for (int from = 0; from < length; from += Math.min(block, length)) {
            int rows = Math.min(block, length - from);
            int first = firstKey(before + from, window);
            int seen = before + from + rows - first;
            boolean whole = rows == length;
            Tensor rowsOfQ = (whole ? q : q.narrow(2, from, rows)).reshape(kvHeads, (long) group * rows, width);
            Tensor keys = whole && first == 0 ? transposed : transposed.narrow(2, first, seen);
            Tensor values = whole && first == 0 ? v : v.narrow(1, first, seen);
            Tensor weights = weights(rowsOfQ, keys, mask(group, rows, seen, window, q.dtype()));
            blocks.add(weights.batchMatmul(values).view(kvHeads, group, rows, width));
        }
        return blocks.size() == 1 ? blocks.get(0) : Tensor.concatenate(2, blocks);
    }

    /** The first key that the query behind {@code before} keys reads; the reference multiplies all of them. */
    private int firstKey(int before, int window) {
        return block == Integer.MAX_VALUE ? 0 : Math.max(0, before + 1 - window);
    }

    /** softmax(q · kᵀ / √d + mask) [kv, rows, keys], for queries [kv, rows, d] and transposed keys [kv, d, keys]. */
    private static Tensor weights(Tensor q, Tensor transposed, Tensor mask) {
        return mask.plusBatchProduct(q, transposed, scale(q)).softmaxInFloat32(2);
    }

    private static double scale(Tensor q) {
        return 1 / Math.sqrt(q.size(2));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The weights P are recomputed, block by block, and with the scores S, {@code ∂L/∂S = P ⊙ (∂L/∂P − rowsum(∂L/∂y ⊙ y))} (Dao
     * et al., 2022, appendix B.2).
     */
    @Override
    public InputGradients backward(int window, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
        return new Backward(window, q, k, v, y, gradient).run();
    }

    private final class Backward {
        private final int window;
        private final int kvHeads;
        private final int group;
        private final long width;
        private final Tensor[] queries; // each [kv, group, T, d]
        private final Tensor[] keys; // each [kv, T, d]
        private final Tensor[] values;
        private final Tensor[] gradients; // like queries
        private final Tensor[] sums; // −rowsum(∂L/∂y ⊙ y), each [kv, group, T, 1]
        private final Tensor toQueries; // [tokens, kv, group, d]
        private final Tensor toKeys; // [kv, tokens, d]
        private final Tensor toValues;

        Backward(int window, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
            this.window = window;
            long tokens = q.size(0);
            kvHeads = Math.toIntExact(k.size(1));
            group = Math.toIntExact(q.size(1)) / kvHeads;
            width = q.size(2);
            queries = split(q);
            keys = k.transpose(0, 1).split(1, lengths);
            values = v.transpose(0, 1).split(1, lengths);
            gradients = split(gradient);
            Tensor products = gradient.to(DType.F32).times(y).view(tokens, q.size(1), width);
            sums = split(products.sum(2).negate().to(q.dtype()));
            toQueries = Tensor.uninitialised(q.dtype(), tokens, kvHeads, group, width);
            toKeys = Tensor.zeros(q.dtype(), kvHeads, tokens, width);
            toValues = Tensor.zeros(q.dtype(), kvHeads, tokens, width);
        }

        private Tensor[] split(Tensor x) {
            return x.view(x.size(0), kvHeads, group, -1).permute(1, 2, 0, 3).split(2, lengths);
        }

        InputGradients run() {
            for (int s = 0; s < segments.size(); s++) {
                for (int from = 0; from < lengths[s]; from += (int) Math.min(block, lengths[s])) {
                    try (Scope scope = Scope.open()) {
                        block(s, from, (int) Math.min(block, lengths[s] - from));
                    }
                }
            }
            return new InputGradients(
                    toQueries.view(toQueries.size(0), -1, width), toKeys.transpose(0, 1), toValues.transpose(0, 1));
        }

        /** The queries {@code from …} of segment s. */
        private void block(int s, int from, int rows) {
            Tensor seenKeys = withParents(s, keys);
            int before = Math.toIntExact(seenKeys.size(1) - lengths[s]) + from;
            int first = firstKey(before, window);
            int seen = before + rows - first;
            Tensor k = seenKeys.narrow(1, first, seen);
            Tensor v = withParents(s, values).narrow(1, first, seen);
            Tensor q = rows(queries[s], from, rows);
            Tensor gradient = rows(gradients[s], from, rows);
            Tensor p = weights(q, k.transpose(1, 2), mask(group, rows, seen, window, q.dtype()));
            add(toValues, s, first, p.transpose(1, 2).batchMatmul(gradient));
            Tensor toScores = rows(sums[s], from, rows)
                    .plusBatchProduct(gradient, v.transpose(1, 2), 1)
                    .timesInPlace(p);
            add(toKeys, s, first, Tensor.batchProduct(toScores.transpose(1, 2), q, scale(q)));
            toQueries
                    .narrow(0, (long) segments.get(s).start() + from, rows)
                    .permute(1, 2, 0, 3)
                    .copyInPlace(Tensor.batchProduct(toScores, k, scale(q)).view(kvHeads, group, rows, width));
        }

        private Tensor rows(Tensor x, int from, int rows) {
            return x.narrow(2, from, rows).reshape(kvHeads, (long) group * rows, x.size(3));
        }

        /** Adds gradients of the keys that segment s reads from {@code first} on, its parents' first, each to its own segment's. */
        private void add(Tensor sum, int s, int first, Tensor gradient) {
            long skipped = first;
            long at = 0;
            for (int segment : chain(s)) {
                long from = Math.min(skipped, lengths[segment]);
                long length = Math.min(lengths[segment] - from, gradient.size(1) - at);
                if (length > 0) {
                    sum.narrow(1, segments.get(segment).start() + from, length)
                            .addInPlace(gradient.narrow(1, at, length));
                }
                skipped -= from;
                at += length;
            }
        }
    }

    /**
     * Zero where a query may read and −∞ where it may not: the last {@code rows} of {@code seen} keys are causal, and
     * those before a query's window are out.
     */
    private Tensor mask(int group, int rows, int seen, int window, DType type) {
        int binding = Math.min(window, seen); // a window of all keys is none
        return masks.computeIfAbsent(rows + "x" + seen + "/" + binding, size -> {
            float[] mask = new float[group * rows * seen];
            int before = seen - rows;
            for (int g = 0; g < group; g++) {
                for (int i = 0; i < rows; i++) {
                    int row = (g * rows + i) * seen;
                    Arrays.fill(mask, row, row + Math.max(0, before + i + 1 - binding), Float.NEGATIVE_INFINITY);
                    for (int j = before + i + 1; j < seen; j++) {
                        mask[row + j] = Float.NEGATIVE_INFINITY;
                    }
                }
            }
            return keep.apply(Tensor.of(mask, 1, (long) group * rows, seen).to(type));
        });
    }
}
