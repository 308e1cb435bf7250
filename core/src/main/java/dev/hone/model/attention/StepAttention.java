package dev.hone.model.attention;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.AttentionForm;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One new token for each of the first sequences of a cache, all of them in two products per layer.
 *
 * <p>Sequences differ in length: every query multiplies as many keys as the longest sequence has, and a mask of −∞ takes
 * out those that are not its own or lie before its window. {@link AlignedAttention} gives it the bits it has in any other company. Query heads that share a key head are the rows of one product, as in
 * {@link SegmentAttention}.
 */
final class StepAttention implements AttentionPlan {
    private final KeyValueCache cache;
    private final int rows;
    private final int heads;
    private final int width;
    private final int longest;
    private final DType type;
    private final Map<Integer, Look> looks = new HashMap<>();
    private final UnaryOperator<Tensor> keep =
            Scope.keeper(); // masks serve all layers, each of which has a scope of its own
    private final Tensor places; // [rows]: where each new key belongs among all positions of all rows

    /**
     * Which keys the layers of one window read.
     *
     * @param first position of the first that any query reads
     * @param mask [rows, 1, keys], or one zero where all queries read all of them
     */
    private record Look(int first, Tensor mask) {}

    /**
     * @param count sequences that get a token
     * @param longest the length of the longest of them, the new token included
     */
    StepAttention(KeyValueCache cache, int count, int longest, ModelConfig config, DType type) {
        this.cache = cache;
        this.longest = longest;
        this.type = type;
        this.width = config.attention().headSize();
        this.heads = config.attention().keyValueHeads();
        this.rows = count * heads;
        this.places = places(cache, count, heads);
    }

    private Look look(int window) {
        int count = rows / heads;
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

    private static Tensor places(KeyValueCache cache, int count, int heads) {
        long[] places = new long[count * heads];
        for (int row = 0; row < places.length; row++) {
            places[row] = (long) row * cache.capacity() + cache.length(row / heads);
        }
        return Tensor.of(places);
    }

    @Override
    public Tensor attend(int layer, AttentionForm form, Tensor q, Tensor k, Tensor v) {
        Look look = looks.computeIfAbsent(form.window(), this::look);
        int keys = AlignedAttention.up(longest) - look.first;
        Tensor seenKeys = withNew(cache.keys(layer), k).narrow(1, look.first, keys); // [rows, keys, d]
        Tensor seenValues = withNew(cache.values(layer), v).narrow(1, look.first, keys);
        Tensor queries = q.reshape(rows, -1, width); // [rows, group, d]
        Tensor weights = AlignedAttention.weights(queries, seenKeys, look.mask, form); // [rows, group, keys]
        return AlignedAttention.mixed(weights, seenValues, look.first).view(q.size(0), -1); // [tokens, heads · d]
    }

    private Tensor withNew(Tensor held, Tensor fresh) {
        Tensor own = held.narrow(0, 0, rows); // [rows, capacity, d]
        own.view((long) rows * cache.capacity(), width).putRowsInPlace(places, fresh.reshape(rows, width));
        return own;
    }
}
