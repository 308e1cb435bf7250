package dev.hone.model.attention;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Arrays;

/**
 * One new token for each of the first sequences of a cache, all of them in two products per layer.
 *
 * <p>Sequences differ in length: every query multiplies as many keys as the longest sequence has, and a mask of −∞ takes
 * out those that are not its own. Query heads that share a key head are the rows of one product, as in
 * {@link SegmentAttention}.
 */
final class StepAttention implements AttentionPlan {
    private final KeyValueCache cache;
    private final int rows;
    private final int width;
    private final int longest;
    private final Tensor mask; // [rows, 1, longest], or one zero where all sequences are equally long
    private final Tensor places; // [rows]: where each new key belongs among all positions of all rows

    /**
     * @param count sequences that get a token
     * @param longest the length of the longest of them, the new token included
     */
    StepAttention(KeyValueCache cache, int count, int longest, ModelConfig config, DType type) {
        this.cache = cache;
        this.longest = longest;
        this.width = config.attention().headSize();
        int heads = config.attention().keyValueHeads();
        this.rows = count * heads;
        this.mask = mask(cache, count, heads, longest, type);
        this.places = places(cache, count, heads);
    }

    private static Tensor mask(KeyValueCache cache, int count, int heads, int longest, DType type) {
        float[] mask = new float[count * longest];
        boolean ragged = false;
        for (int i = 0; i < count; i++) {
            int seen = cache.length(i) + 1;
            Arrays.fill(mask, i * longest + seen, (i + 1) * longest, Float.NEGATIVE_INFINITY);
            ragged |= seen < longest;
        }
        return ragged
                ? Tensor.of(mask, count, 1, longest)
                        .to(type)
                        .expand(count, heads, longest)
                        .reshape((long) count * heads, 1, longest)
                : Tensor.zeros(type, 1, 1, 1);
    }

    private static Tensor places(KeyValueCache cache, int count, int heads) {
        long[] places = new long[count * heads];
        for (int row = 0; row < places.length; row++) {
            places[row] = (long) row * cache.capacity() + cache.length(row / heads);
        }
        return Tensor.of(places);
    }

    @Override
    public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
        Tensor keys = withNew(cache.keys(layer), k).narrow(1, 0, longest); // [rows, longest, d]
        Tensor values = withNew(cache.values(layer), v).narrow(1, 0, longest);
        Tensor queries = q.reshape(rows, -1, width); // [rows, group, d]
        return mask.plusBatchProduct(queries, keys.transpose(1, 2), 1 / Math.sqrt(width))
                .softmaxInFloat32(2) // [rows, group, longest]
                .batchMatmul(values)
                .view(q.size(0), -1); // [tokens, heads · d]
    }

    private Tensor withNew(Tensor held, Tensor fresh) {
        Tensor own = held.narrow(0, 0, rows); // [rows, capacity, d]
        own.view((long) rows * cache.capacity(), width).putRowsInPlace(places, fresh.reshape(rows, width));
        return own;
    }
}
