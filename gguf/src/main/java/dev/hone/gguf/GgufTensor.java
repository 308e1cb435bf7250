package dev.hone.gguf;

import dev.hone.gguf.block.GgmlType;

/**
 * A tensor's entry in a GGUF file.
 *
 * @param shape as we write shapes, rows first; the file has the extents the other way round
 * @param offset of its bytes from the start of the data
 */
@SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
public record GgufTensor(String name, GgmlType type, long[] shape, long offset) {
    public long count() {
        long count = 1;
        for (long extent : shape) {
            count = Math.multiplyExact(count, extent);
        }
        return count;
    }

    public long bytes() {
        return type.bytes(count());
    }
}
