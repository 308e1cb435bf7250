package dev.hone.model;

import dev.hone.data.Segment;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Causal attention within segments: a token reads its segment up to itself, and all of the segments above it.
 *
 * <p>Query heads that share a key head are folded into the rows of one product, [kv heads, group · rows, d], so no key is
 * repeated. Long segments are cut into blocks of queries, each of which multiplies only the keys it may see; the softmax
 * is exact either way. {@link #plain} is the same without blocks and is what the tests compare against.
 */
final class SegmentAttention implements AttentionPlan {
    static final int BLOCK = 128;

    private final List<Segment> segments;
    private final long[] lengths;
    private final int block;
    private final Map<String, Tensor> masks = new HashMap<>();
    private final UnaryOperator<Tensor> lasting =
            Scope.keeper(); // masks serve all layers, each of which has a scope of its own

    SegmentAttention(List<Segment> segments) {
        this(segments, BLOCK);
    }

    private SegmentAttention(List<Segment> segments, int block) {
        this.segments = segments;
        this.lengths = segments.stream().mapToLong(Segment::length).toArray();
        this.block = block;
    }

    /** One product per segment, however long: the reference. */
    static SegmentAttention plain(List<Segment> segments) {
        return new SegmentAttention(segments, Integer.MAX_VALUE);
    }

    @Override
    public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
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
            attended.add(within(queries[s], seenKeys, seenValues)); // [kv, group, T, d]
        }
        Tensor all = attended.size() == 1 ? attended.get(0) : Tensor.concatenate(2, attended);
        return all.permute(2, 0, 1, 3).reshape(q.size(0), q.size(1) * width); // [tokens, heads · d]
    }

    private Tensor withParents(int s, Tensor[] own) {
        if (!segments.get(s).hasParent()) {
            return own[s];
        }
        List<Tensor> chain = new ArrayList<>();
        for (int at = s; at != Segment.NONE; at = segments.get(at).parent()) {
            chain.add(0, own[at]);
        }
        return Tensor.concatenate(1, chain);
    }

    /** Attends causally: queries [kv, group, T, d] are the last T of the keys and values [kv, before + T, d]. */
    Tensor within(Tensor q, Tensor k, Tensor v) {
        int kvHeads = Math.toIntExact(q.size(0));
        int group = Math.toIntExact(q.size(1));
        int length = Math.toIntExact(q.size(2));
        long width = q.size(3);
        int before = Math.toIntExact(k.size(1)) - length; // keys of the parents
        double scale = 1 / Math.sqrt(width);
        Tensor transposed = k.transpose(1, 2); // [kv, d, keys]
        List<Tensor> blocks = new ArrayList<>();
        for (int from = 0; from < length; from += Math.min(block, length)) {
            int rows = Math.min(block, length - from);
            int seen = before + from + rows;
            boolean whole = rows == length;
            Tensor rowsOfQ = (whole ? q : q.narrow(2, from, rows)).reshape(kvHeads, (long) group * rows, width);
            Tensor keys = whole ? transposed : transposed.narrow(2, 0, seen);
            Tensor values = whole ? v : v.narrow(1, 0, seen);
            Tensor weights = mask(group, rows, seen, q.dtype())
                    .plusBatchProduct(rowsOfQ, keys, scale)
                    .softmax(2); // [kv, group · rows, seen]
            blocks.add(weights.batchMatmul(values).view(kvHeads, group, rows, width));
        }
        return blocks.size() == 1 ? blocks.get(0) : Tensor.concatenate(2, blocks);
    }

    /** Zero where a query may look and −∞ where it may not: the last {@code rows} of {@code seen} keys are causal. */
    private Tensor mask(int group, int rows, int seen, DType type) {
        return masks.computeIfAbsent(rows + "x" + seen, size -> {
            float[] mask = new float[group * rows * seen];
            int before = seen - rows;
            for (int g = 0; g < group; g++) {
                for (int i = 0; i < rows; i++) {
                    int row = (g * rows + i) * seen;
                    for (int j = before + i + 1; j < seen; j++) {
                        mask[row + j] = Float.NEGATIVE_INFINITY;
                    }
                }
            }
            return lasting.apply(Tensor.of(mask, 1, (long) group * rows, seen).to(type));
        });
    }
}
