package dev.hone.model.attention;

import dev.hone.data.batch.Segment;
import dev.hone.model.layer.AttentionForm;
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
 * is exact either way, and {@link AlignedAttention} gives a query the same bits in any block. {@link #plain} is the same without
 * blocks and is what the tests compare against.
 */
public final class SegmentAttention implements AttentionPlan {
    static final int BLOCK = 128;

    private final List<Segment> segments;
    private final long[] lengths;
    private final int block;
    private final Map<Mask, Tensor> masks = new HashMap<>();
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
    public Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v) {
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
            attended.add(within(form, queries[s], seenKeys, seenValues, before(s))); // [kv, group, T, d]
        }
        Tensor all = attended.size() == 1 ? attended.get(0) : Tensor.concatenate(2, attended);
        return all.permute(2, 0, 1, 3).reshape(q.size(0), q.size(1) * width); // [tokens, heads · d]
    }

    /** The keys or values that a segment reads, behind its parents', filled up with zeros to a whole number of grains. */
    private Tensor withParents(int s, Tensor[] own) {
        List<Tensor> parts = new ArrayList<>();
        int length = 0;
        for (int at : chain(s)) {
            parts.add(own[at]);
            length += (int) lengths[at];
        }
        int missing = AlignedAttention.up(length) - length;
        if (missing > 0) {
            parts.add(Tensor.zeros(own[s].dtype(), own[s].size(0), missing, own[s].size(2)));
        }
        return parts.size() == 1 ? parts.get(0) : Tensor.concatenate(1, parts);
    }

    /** Where segment s starts in its text. */
    private int before(int s) {
        int before = 0;
        for (int at = segments.get(s).parent();
                at != Segment.NONE;
                at = segments.get(at).parent()) {
            before += segments.get(at).length();
        }
        return before;
    }

    /** A segment behind its parents. */
    private List<Integer> chain(int s) {
        List<Integer> chain = new ArrayList<>();
        for (int at = s; at != Segment.NONE; at = segments.get(at).parent()) {
            chain.add(0, at);
        }
        return chain;
    }

    /**
     * Attends causally: queries [kv, group, T, d] of the positions from {@code before} on, keys and values [kv, keys, d] of those up to
     * their last, filled up to a whole number of grains.
     */
    Tensor within(AttentionForm form, Tensor q, Tensor k, Tensor v, int before) {
        int kvHeads = Math.toIntExact(q.size(0));
        int group = Math.toIntExact(q.size(1));
        int length = Math.toIntExact(q.size(2));
        long width = q.size(3);
        List<Tensor> blocks = new ArrayList<>();
        for (int from = 0; from < length; from += Math.min(block, length)) {
            int rows = Math.min(block, length - from);
            Look look = look(before + from, rows, form.window());
            Tensor rowsOfQ =
                    (rows == length ? q : q.narrow(2, from, rows)).reshape(kvHeads, (long) group * rows, width);
            Tensor weights = AlignedAttention.weights(rowsOfQ, look.of(k), mask(group, rows, look, q.dtype()), form);
            Tensor mixed = AlignedAttention.mixed(weights, look.of(v), look.first);
            blocks.add(mixed.view(kvHeads, group, rows, width));
        }
        return blocks.size() == 1 ? blocks.get(0) : Tensor.concatenate(2, blocks);
    }

    /**
     * Which keys a block of queries multiplies.
     *
     * @param first position of the first in the text
     * @param keys how many
     * @param before how many of them stand before the first query
     * @param window how many a query reads, its own among them; at least all: no window
     */
    private record Look(int first, int keys, int before, int window) {
        Tensor of(Tensor all) {
            return keys == all.size(1) ? all : all.narrow(1, first, keys);
        }
    }

    /** Of the queries from position {@code from} on; the reference multiplies all keys before them. */
    private Look look(int from, int rows, int window) {
        int first = block == Integer.MAX_VALUE ? 0 : AlignedAttention.down(Math.max(0, from + 1 - window));
        int before = from - first;
        return new Look(first, AlignedAttention.up(from + rows) - first, before, Math.min(window, before + rows));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The weights P are recomputed, block by block, and with the scores S, {@code ∂L/∂S = P ⊙ (∂L/∂P − rowsum(∂L/∂y ⊙ y))} (Dao
     * et al., 2022, appendix B.2).
     */
    @Override
    public InputGradients backward(AttentionForm form, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
        return new Backward(form, q, k, v, y, gradient).run();
    }

    private final class Backward {
        private final AttentionForm form;
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

        Backward(AttentionForm form, Tensor q, Tensor k, Tensor v, Tensor y, Tensor gradient) {
            this.form = form;
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
            Look look = look(before(s) + from, rows, form.window());
            Tensor k = look.of(withParents(s, keys));
            Tensor v = look.of(withParents(s, values));
            Tensor q = rows(queries[s], from, rows);
            Tensor gradient = rows(gradients[s], from, rows);
            AlignedAttention.Weighed weighed = AlignedAttention.weighed(q, k, mask(group, rows, look, q.dtype()), form);
            Tensor p = weighed.weights();
            add(toValues, s, look.first, p.transpose(1, 2).batchMatmul(gradient));
            Tensor toScores = weighed.toProducts(rows(sums[s], from, rows)
                    .plusBatchProduct(gradient, v.transpose(1, 2), 1)
                    .timesInPlace(p));
            add(toKeys, s, look.first, Tensor.batchProduct(toScores.transpose(1, 2), q, form.scale()));
            toQueries
                    .narrow(0, (long) segments.get(s).start() + from, rows)
                    .permute(1, 2, 0, 3)
                    .copyInPlace(Tensor.batchProduct(toScores, k, form.scale()).view(kvHeads, group, rows, width));
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

    /** Zero where a query may read and −∞ where it may not: keys behind it, and those before its window. */
    private Tensor mask(int group, int rows, Look look, DType type) {
        Look shape = new Look(0, look.keys, look.before, look.window);
        return masks.computeIfAbsent(new Mask(rows, shape), size -> {
            int keys = look.keys;
            float[] mask = new float[group * rows * keys];
            for (int g = 0; g < group; g++) {
                for (int i = 0; i < rows; i++) {
                    int row = (g * rows + i) * keys;
                    int end = look.before + i + 1;
                    Arrays.fill(mask, row, row + Math.max(0, end - look.window), Float.NEGATIVE_INFINITY);
                    Arrays.fill(mask, row + end, row + keys, Float.NEGATIVE_INFINITY);
                }
            }
            return keep.apply(Tensor.of(mask, 1, (long) group * rows, keys).to(type));
        });
    }

    /** Masks of this many queries and such a look are the same. */
    private record Mask(int rows, Look look) {}
}
