package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Matrices of experts in four bits with a power of two for every 32 (OCP Microscaling Formats, 2023, MXFP4): {@code N_blocks} [experts,
 * out, in / 32, 16], two elements a byte and the first in its low bits, and {@code N_scales} [experts, out, in / 32], exponents of two with
 * a bias of 127. The weight N that they hold is [experts, in, out], as gpt-oss stores it in other types.
 */
final class Mxfp4Weight extends QuantisedWeight {
    static final int BLOCK = 32;

    private static final String CODES = "_blocks";
    private static final String SCALES = "_scales";
    private static final float[] TABLE = {0, .5f, 1, 1.5f, 2, 3, 4, 6, -0f, -.5f, -1, -1.5f, -2, -3, -4, -6};
    private static final int BIAS = 127;

    private final long experts;
    private final long out;
    private final long in;
    private final Plain exponents;

    private Mxfp4Weight(Plain codes, Plain exponents) {
        super(codes, false, BLOCK);
        long[] shape = codes.shape();
        long[] scales = exponents.shape();
        if (shape.length != 4
                || shape[3] != BLOCK / 2
                || scales.length != 3
                || scales[0] != shape[0]
                || scales[1] != shape[1]
                || scales[2] != shape[2]
                || exponents.type() != DType.U8) {
            throw new CheckpointException(codes.file() + ": " + codes.key() + " and " + exponents.key()
                    + " do not have the shapes of MXFP4, [experts, out, in / 32, 16] and [experts, out, in / 32]");
        }
        this.experts = shape[0];
        this.out = shape[1];
        this.in = shape[2] * BLOCK;
        this.exponents = exponents;
    }

    static void join(String name, Plain codes, Map<String, StoredWeight> places) {
        if (name.endsWith(CODES)) {
            String whole = name.substring(0, name.length() - CODES.length());
            if (places.containsKey(whole + SCALES)) {
                places.remove(name);
                places.put(whole, new Mxfp4Weight(codes, taken(places, whole + SCALES, codes)));
            }
        }
    }

    @Override
    public long[] shape() {
        return new long[] {experts, in, out};
    }

    /** Exact: three bits of a number and an exponent. */
    @Override
    public DType type() {
        return DType.BF16;
    }

    @Override
    float[] table() {
        return TABLE;
    }

    @Override
    float[] scales(long first, int count) {
        float[] scales = new float[count];
        try (Tensor read = exponents.part(first, count)) {
            ByteBuffer memory = read.bytes();
            for (int i = 0; i < count; i++) {
                int exponent = (memory.get(i) & 255) - BIAS;
                scales[i] = exponent > Float.MAX_EXPONENT ? Float.NaN : Math.scalb(1f, exponent); // 255 is no number
            }
        }
        return scales;
    }

    /** The matrix [out, in] of one expert. */
    Tensor matrix(long expert, DType wanted) {
        Tensor values = super.part(expert * out * in, out * in);
        return values.view(out, in).to(wanted);
    }

    @Override
    public Tensor tensor(DType wanted) {
        Tensor whole = Tensor.uninitialised(wanted, shape());
        for (int expert = 0; expert < experts; expert++) {
            try (Tensor matrix = matrix(expert, wanted);
                    Tensor transposed = matrix.transpose(0, 1);
                    Tensor place = whole.narrow(0, expert, 1);
                    Tensor square = place.view(in, out)) {
                square.copyInPlace(transposed);
            }
        }
        return whole;
    }

    @Override
    public Tensor part(long from, long count) {
        long matrix = in * out;
        long first = from / matrix;
        long last = (from + count - 1) / matrix;
        Tensor[] parts = new Tensor[(int) (last - first + 1)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = matrix(first + i, type()).transpose(0, 1).reshape(matrix);
        }
        return Tensor.concatenate(0, parts)
                .narrow(0, from - first * matrix, count)
                .contiguous();
    }
}
