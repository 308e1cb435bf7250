package dev.hone.model.attention;

import dev.hone.tensor.DType;
import dev.hone.tensor.RowProducts;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code softmax(q · kᵀ / √d + mask) · v} in an order of sums that depends on nothing but the text: a query's output has the same bits
 * whatever queries are computed beside it, however many keys the others read, and whether keys come from a batch or from a cache.
 *
 * <p>The keys of a product start and end at multiples of {@link #GRAIN} in their text; what a query may not read among them has a mask
 * of −∞, so that its weight is an exact zero, and zeros added to a sum change no bit as long as each lane of a vector sums the same
 * keys. Products with values are sums over blocks of keys that start at multiples of {@link #block}, the longest that the engine
 * sums from the first to the last whatever the number of keys. Small products are filled up with rows of zeros, and values with
 * columns, as in {@link RowProducts}.
 */
final class AlignedAttention {
    /** Keys of a product are a multiple of this: two vectors of float32, and one step of bf16 products. */
    static final int GRAIN = 32;

    /** Multiplications of the largest matrix of a batch that the engine computes without its library of products. */
    private static final long SMALL = 400;

    /** With narrower values, products differ with the number of rows, in float32. */
    private static final long NARROW = 16;

    private AlignedAttention() {}

    /** Keys of one product with values. */
    private static int block(DType type) {
        return type == DType.F32 ? 256 : 512;
    }

    static int down(int position) {
        return position / GRAIN * GRAIN;
    }

    static int up(int position) {
        return down(position + GRAIN - 1);
    }

    /** softmax(q · kᵀ / √d + mask) [n, rows, keys], for queries [n, rows, d], keys [n, keys, d] and a mask that is broadcast. */
    static Tensor weights(Tensor q, Tensor keys, Tensor mask) {
        Tensor transposed = keys.transpose(1, 2);
        long alone = SMALL / (q.size(2) * keys.size(1)) + 1;
        long missing = Math.max(alone, RowProducts.fewestRows(q.dtype(), q.size(2), keys.size(1))) - q.size(1);
        if (missing <= 0) {
            return mask.plusBatchProduct(q, transposed, scale(q)).softmaxInFloat32(2);
        }
        Tensor zero = Tensor.zeros(q.dtype(), 1, 1, 1);
        Tensor scores = zero.plusBatchProduct(withRows(q, missing), transposed, scale(q));
        return scores.narrow(1, 0, q.size(1)).plus(mask).softmaxInFloat32(2);
    }

    /** The same matrices above rows of zeros. */
    private static Tensor withRows(Tensor matrices, long more) {
        return Tensor.concatenate(
                1, matrices, Tensor.zeros(matrices.dtype(), matrices.size(0), more, matrices.size(2)));
    }

    static double scale(Tensor q) {
        return 1 / Math.sqrt(q.size(2));
    }

    /**
     * The sums of values [n, keys, d] with weights [n, rows, keys].
     *
     * @param first the position of the first key in its text
     */
    static Tensor mixed(Tensor weights, Tensor values, int first) {
        if (values.dtype() == DType.F32) {
            long missing = NARROW - values.size(2);
            return missing <= 0
                    ? sums(weights, values, first)
                    : sums(weights, withColumns(values, missing), first)
                            .narrow(2, 0, values.size(2))
                            .contiguous();
        }
        long missing = RowProducts.fewestRows(values.dtype(), GRAIN, values.size(2)) - weights.size(1);
        return missing <= 0
                ? sums(weights, values, first)
                : sums(withRows(weights, missing), values, first)
                        .narrow(1, 0, weights.size(1))
                        .contiguous();
    }

    private static Tensor withColumns(Tensor matrices, long more) {
        return Tensor.concatenate(
                2, matrices, Tensor.zeros(matrices.dtype(), matrices.size(0), matrices.size(1), more));
    }

    private static Tensor sums(Tensor weights, Tensor values, int first) {
        long keys = values.size(1);
        List<Tensor> parts = new ArrayList<>(1);
        for (long from = 0; from < keys; ) {
            long length = Math.min(block(values.dtype()) - (first + from) % block(values.dtype()), keys - from);
            parts.add(
                    length == keys
                            ? weights.batchMatmul(values)
                            : weights.narrow(2, from, length).batchMatmul(values.narrow(1, from, length)));
            from += length;
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Tensor sum = parts.get(0).to(DType.F32);
        for (Tensor part : parts.subList(1, parts.size())) {
            sum = sum.plus(part);
        }
        return sum.to(values.dtype());
    }
}
