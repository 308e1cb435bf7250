package dev.hone.model.attention;

import dev.hone.model.layer.AttentionForm;
import dev.hone.model.mixer.Runs;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One new token for each of the first sequences of a cache, all of them in two products per layer.
 *
 * <p>Sequences differ in length: every query multiplies as many keys as the longest sequence has, and a mask of −∞ takes
 * out those that are not its own or lie before its window. {@link AlignedAttention} gives it the bits it has in any other company. Query heads that share a key head are the rows of one product, as in
 * {@link SegmentAttention}.
 */
final class StepAttention implements AttentionPlan {
    private final KeyValueCache cache;
    private final Runs runs;
    private final int count;
    private final int longest;
    private final DType type;
    private final Map<Looking, Look> looks = new HashMap<>();
    private final Map<Integer, Tensor> places = new HashMap<>();
    private final UnaryOperator<Tensor> keep =
            Scope.keeper(); // masks serve all layers, each of which has a scope of its own

    /** Layers whose queries read the same keys. */
    private record Looking(int window, int heads) {}

    /**
     * Which keys such layers read.
     *
     * @param first position of the first that any query reads
     * @param mask [rows, 1, keys], or one zero where all queries read all of them
     */
    private record Look(int first, Tensor mask) {}

    /**
     * @param extensions one token for each of the first sequences
     * @param longest the length of the longest of them, the new token included
     */
    StepAttention(KeyValueCache cache, List<KeyValueCache.Extension> extensions, int longest, DType type) {
        this.count = extensions.size();
        this.cache = cache;
        this.runs = cache.runs(extensions);
        this.longest = longest;
        this.type = type;
    }

    private Look look(Looking looking) {
        int window = looking.window;
        int heads = looking.heads;
        int[] seen = IntStream.range(0, count).map(i -> cache.length(i) + 1).toArray();
        int first = AlignedAttention.down(Math.max(0, Arrays.stream(seen).min().orElse(0) - window));
        int keys = AlignedAttention.up(longest) - first;
        float[] mask = new float[count * keys];
        boolean ragged = false;
        for (int i = 0; i < count; i++) {
            int out = Math.max(0, seen[i] - window - first);
            Arrays.fill(mask, i * keys, i * keys + out, Float.NEGATIVE_INFINITY);
            Arrays.fill(mask, i * keys + seen[i] - first, (i + 1) * keys, Float.NEGATIVE_INFINITY);
            ragged |= out > 0 || seen[i] - first < keys;
        }
        Tensor made = ragged
                ? Tensor.of(mask, count, 1, keys)
                        .to(type)
                        .expand(count, heads, keys)
                        .reshape((long) count * heads, 1, keys)
                : Tensor.zeros(type, 1, 1, 1);
        return new Look(first, keep.apply(made));
    }

    /** Where each new key belongs among all positions of all rows [sequences · heads]. */
    private Tensor places(int heads) {
        long[] places = new long[count * heads];
        for (int row = 0; row < places.length; row++) {
            places[row] = (long) row * cache.capacity() + cache.length(row / heads);
        }
        return keep.apply(Tensor.of(places));
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks) {
        int heads = Math.toIntExact(k.size(1));
        Look look = looks.computeIfAbsent(new Looking(form.window(), heads), this::look);
        int keys = AlignedAttention.up(longest) - look.first;
        Tensor seenKeys = withNew(cache.keys(layer), k).narrow(1, look.first, keys); // [rows, keys, d]
        Tensor seenValues = withNew(cache.values(layer), v).narrow(1, look.first, keys);
        Tensor queries = q.reshape((long) count * heads, -1, q.size(2)); // [rows, group, d]
        Tensor weights = AlignedAttention.weights(
                queries, seenKeys, look.mask, form, bySequence(sinks, heads)); // [rows, group, keys]
        return AlignedAttention.mixed(weights, seenValues, look.first).view(q.size(0), -1); // [tokens, heads · d]
    }

    /** [heads] → [rows, group, 1]. */
    private @Nullable Tensor bySequence(@Nullable Tensor sinks, int heads) {
        return sinks == null
                ? null
                : sinks.view(1, heads, -1, 1)
                        .expand(count, heads, sinks.count() / heads, 1)
                        .reshape((long) count * heads, -1, 1);
    }

    private Tensor withNew(Tensor held, Tensor fresh) {
        int heads = Math.toIntExact(fresh.size(1));
        long rows = (long) count * heads;
        long width = fresh.size(2);
        Tensor own = held.narrow(0, 0, rows); // [rows, capacity, d]
        own.view(rows * cache.capacity(), width)
                .putRowsInPlace(places.computeIfAbsent(heads, this::places), fresh.reshape(rows, width));
        return own;
    }
}
