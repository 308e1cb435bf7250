package dev.hone.model.attention;

import dev.hone.model.layer.AttentionForm;
import dev.hone.tensor.DType;
import dev.hone.tensor.RowProducts;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(scale · q · kᵀ + mask) · v} in an order of sums that depends on nothing but the text: a query's output has the same bits
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

    /**
     * Weights of keys, and what their backward needs.
     *
     * @param weights [n, rows, keys]
     * @param slopes the derivative of capped scores, float32 [n, rows, keys]; null: scores have no cap
     */
    record Weighed(Tensor weights, @Nullable Tensor slopes) {
        /** The gradient of the products of queries and keys, given that of the scores, in whose memory it is made. */
        Tensor toProducts(Tensor gradient) {
            return slopes == null ? gradient : gradient.timesInPlace(slopes);
        }
    }

    /**
     * softmax(s + mask) [n, rows, keys], s the scores {@code scale · q · kᵀ} or what the cap leaves of them, for queries [n, rows, d],
     * keys [n, keys, d] and a mask that is broadcast.
     */
    static Tensor weights(Tensor q, Tensor keys, Tensor mask, AttentionForm form) {
        return form.hasCap() ? capped(q, keys, mask, form, false).weights : uncapped(q, keys, mask, form.scale());
    }

    /** The same in backward. */
    static Weighed weighed(Tensor q, Tensor keys, Tensor mask, AttentionForm form) {
        return form.hasCap()
                ? capped(q, keys, mask, form, true)
                : new Weighed(uncapped(q, keys, mask, form.scale()), null);
    }

    private static Weighed capped(Tensor q, Tensor keys, Tensor mask, AttentionForm form, boolean withSlopes) {
        Tensor zero = Tensor.zeros(q.dtype(), 1, 1, 1);
        Tensor transposed = keys.transpose(1, 2);
        Tensor products = zero.plusBatchProduct(withRows(q, missing(q, keys)), transposed, form.scale())
                .narrow(1, 0, q.size(1));
        Tensor tanh = products.to(DType.F32).times(1 / form.cap()).tanh();
        Tensor weights = tanh.times(form.cap()).plus(mask).softmax(2).to(q.dtype());
        return new Weighed(weights, withSlopes ? tanh.square().negate().plus(1) : null);
    }

    /** Rows of zeros that a product of queries and keys is filled up with. */
    private static long missing(Tensor q, Tensor keys) {
        long alone = SMALL / (q.size(2) * keys.size(1)) + 1;
        return Math.max(0, Math.max(alone, RowProducts.fewestRows(q.dtype(), q.size(2), keys.size(1))) - q.size(1));
    }

    private static Tensor uncapped(Tensor q, Tensor keys, Tensor mask, double scale) {
        Tensor transposed = keys.transpose(1, 2);
        long missing = missing(q, keys);
        if (missing == 0) {
            return mask.plusBatchProduct(q, transposed, scale).softmaxInFloat32(2);
        }
        Tensor zero = Tensor.zeros(q.dtype(), 1, 1, 1);
        Tensor scores = zero.plusBatchProduct(withRows(q, missing), transposed, scale);
        return scores.narrow(1, 0, q.size(1)).plus(mask).softmaxInFloat32(2);
    }

    /** The same matrices above rows of zeros. */
    private static Tensor withRows(Tensor matrices, long more) {
        return more == 0
                ? matrices
                : Tensor.concatenate(
                        1, matrices, Tensor.zeros(matrices.dtype(), matrices.size(0), more, matrices.size(2)));
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
