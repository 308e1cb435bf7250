package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A weight of four bits an element, whose numbers are computed as it is read: those of a table, each times the scale of its block.
 *
 * <p>Of the formats that are read, {@link Nf4Weight} and {@link Mxfp4Weight} say where tables and scales lie.
 */
abstract class QuantisedWeight implements StoredWeight {
    /** Elements that are computed at once; a multiple of all blocks. */
    private static final int COMPUTED = 1 << 20;

    /** The tensor with the codes, two a byte. */
    private final Plain codes;

    private final boolean highFirst;
    private final int block;

    /**
     * @param highFirst whether the first of a byte's two elements is in its high bits
     * @param block elements of one scale
     */
    QuantisedWeight(Plain codes, boolean highFirst, int block) {
        this.codes = codes;
        this.highFirst = highFirst;
        this.block = block;
        if (codes.type() != DType.U8) {
            throw new CheckpointException(
                    codes.file() + ": tensor " + codes.key() + " is stored as " + codes.type() + ", not U8");
        }
    }

    /** The numbers of the codes. */
    abstract float[] table();

    /** The scales of the blocks from {@code first} on. */
    abstract float[] scales(long first, int count);

    @Override
    public Path file() {
        return codes.file();
    }

    @Override
    public String key() {
        return codes.key();
    }

    long count() {
        return Arrays.stream(shape()).reduce(1, (a, b) -> a * b);
    }

    @Override
    public Tensor tensor(DType wanted) {
        Tensor whole = Tensor.uninitialised(wanted, shape());
        Tensor flat = whole.view(-1);
        for (long from = 0; from < flat.count(); from += COMPUTED) {
            int length = (int) Math.min(COMPUTED, flat.count() - from);
            try (Tensor computed = Tensor.of(numbers(from, length));
                    Tensor rounded = computed.to(type());
                    Tensor place = flat.narrow(0, from, length)) {
                place.copyInPlace(rounded);
            }
        }
        return whole;
    }

    @Override
    public Tensor part(long from, long count) {
        return Tensor.of(numbers(from, Math.toIntExact(count))).to(type());
    }

    /** Elements in the order of their codes. */
    float[] numbers(long from, int count) {
        long firstByte = from / 2;
        int bytes = Math.toIntExact((from + count + 1) / 2 - firstByte);
        byte[] packed = new byte[bytes];
        try (Tensor read = codes.part(firstByte, bytes)) {
            ByteBuffer memory = read.bytes();
            memory.get(packed);
        }
        float[] table = table();
        long firstBlock = from / block;
        float[] scales = scales(firstBlock, Math.toIntExact((from + count - 1) / block - firstBlock + 1));
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            long element = from + i;
            int pair = packed[(int) (element / 2 - firstByte)];
            boolean high = (element % 2 == 0) == highFirst;
            numbers[i] = table[(high ? pair >> 4 : pair) & 15] * scales[(int) (element / block - firstBlock)];
        }
        return numbers;
    }

    /** The same weights, with one for each that several tensors hold together. */
    static Map<String, StoredWeight> joined(Map<String, StoredWeight> places) {
        Map<String, StoredWeight> joined = new LinkedHashMap<>(places);
        places.forEach((name, place) -> {
            if (place instanceof Plain codes) {
                Nf4Weight.join(name, codes, joined);
                Mxfp4Weight.join(name, codes, joined);
            }
        });
        return joined;
    }

    /** Takes a tensor that belongs to another out of the weights. */
    static Plain taken(Map<String, StoredWeight> places, String name, StoredWeight of) {
        if (places.remove(name) instanceof Plain plain) {
            return plain;
        }
        throw new CheckpointException(of.file() + ": holds " + of.key() + ", a quantised weight, without " + name
                + "; the file is not complete");
    }
}
