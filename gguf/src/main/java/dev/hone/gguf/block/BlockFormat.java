package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/** How a block of numbers becomes bytes, and bytes become numbers. Has no state; buffers are little-endian and move on by one block. */
public interface BlockFormat {
    /** Writes a block; its numbers are finite. */
    void write(float[] values, int at, ByteBuffer to);

    /** Reads a block. */
    void read(ByteBuffer from, float[] values, int at);
}
