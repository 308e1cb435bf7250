package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/**
 * Q4_0, Q4_1, Q5_0 and Q5_1: 32 numbers as a scale d (binary16), for the second of each pair a minimum m (binary16), and 32 integers q of four or
 * five bits. A number is d · (q − half) where there is no minimum, else d · q + m.
 *
 * <p>Layout: d; m; of five bits the fifth ones, bit i of a 32-bit word for number i; sixteen bytes, whose low halves are numbers 0 to 15
 * and whose high halves 16 to 31.
 */
final class RoundFormat implements BlockFormat {
    private static final int SIZE = 32;

    private final int bits;
    private final boolean shifted;

    RoundFormat(int bits, boolean shifted) {
        this.bits = bits;
        this.shifted = shifted;
    }

    @Override
    public void write(float[] values, int at, ByteBuffer to) {
        int most = (1 << bits) - 1;
        int[] q = new int[SIZE];
        if (shifted) {
            float low = values[at];
            float high = low;
            for (int i = 1; i < SIZE; i++) {
                low = Math.min(low, values[at + i]);
                high = Math.max(high, values[at + i]);
            }
            float scale = Half.nearest((high - low) / most);
            float minimum = Half.nearest(low);
            for (int i = 0; i < SIZE; i++) {
                q[i] = scale == 0 ? 0 : Fit.clamped((values[at + i] - minimum) / scale, 0, most);
            }
            to.putShort(Half.fp16(scale)).putShort(Half.fp16(minimum));
        } else {
            int half = 1 << bits - 1;
            float[] x = new float[SIZE];
            System.arraycopy(values, at, x, 0, SIZE);
            float scale = Half.nearest(Fit.scale(x, Fit.weights(x), half));
            for (int i = 0; i < SIZE; i++) {
                q[i] = half + (scale == 0 ? 0 : Fit.clamped(x[i] / scale, -half, half - 1));
            }
            to.putShort(Half.fp16(scale));
        }
        put(q, to);
    }

    private void put(int[] q, ByteBuffer to) {
        if (bits == 5) {
            int fifth = 0;
            for (int i = 0; i < SIZE; i++) {
                fifth |= (q[i] >> 4) << i;
            }
            to.putInt(fifth);
        }
        for (int i = 0; i < SIZE / 2; i++) {
            to.put((byte) (q[i] & 15 | (q[i + SIZE / 2] & 15) << 4));
        }
    }

    @Override
    public void read(ByteBuffer from, float[] values, int at) {
        float scale = Half.fp16(from.getShort());
        float minimum = shifted ? Half.fp16(from.getShort()) : 0;
        int half = shifted ? 0 : 1 << bits - 1;
        int fifth = bits == 5 ? from.getInt() : 0;
        for (int i = 0; i < SIZE / 2; i++) {
            int pair = from.get();
            int low = pair & 15 | (fifth >>> i & 1) << 4;
            int high = pair >> 4 & 15 | (fifth >>> i + SIZE / 2 & 1) << 4;
            values[at + i] = scale * (low - half) + minimum;
            values[at + i + SIZE / 2] = scale * (high - half) + minimum;
        }
    }
}
