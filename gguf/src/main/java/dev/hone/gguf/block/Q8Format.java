package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/** Q8_0: 32 numbers as a scale d (binary16) and 32 signed bytes q; a number is d · q. The scale puts the largest magnitude at 127. */
final class Q8Format implements BlockFormat {
    private static final int SIZE = 32;

    @Override
    public void write(float[] values, int at, ByteBuffer to) {
        float largest = 0;
        for (int i = 0; i < SIZE; i++) {
            largest = Math.max(largest, Math.abs(values[at + i]));
        }
        float scale = largest / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        to.putShort(Half.fp16(scale));
        for (int i = 0; i < SIZE; i++) {
            float exact = values[at + i] * inverse;
            to.put((byte)
                    (exact < 0 ? -(int) (0.5f - exact) : (int) (exact + 0.5f))); // halves away from zero, as ggml's
        }
    }

    @Override
    public void read(ByteBuffer from, float[] values, int at) {
        float scale = Half.fp16(from.getShort());
        for (int i = 0; i < SIZE; i++) {
            values[at + i] = scale * from.get();
        }
    }
}
