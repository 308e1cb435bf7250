package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/**
 * Q4_K and Q5_K: 256 numbers in eight groups of 32. A number is d · s · q − e · m, with d and e of the block (binary16), s and m of the group (six
 * bits each) and q of its own (four or five bits).
 *
 * <p>Layout: d; e; twelve bytes with the sixteen six-bit numbers: byte j &lt; 4 has the lower six bits s<sub>j</sub> and in its upper two the
 * upper two of s<sub>j+4</sub>, byte j + 4 the same of m, byte j + 8 the lower four bits of s<sub>j+4</sub> and above them those of m<sub>j+4</sub>;
 * of five bits 32 bytes with the fifth ones, bit g of byte i for number i of group g; 128 bytes, in which 32 hold a group in their
 * low halves and the next in their high halves.
 */
final class AffineFormat implements BlockFormat {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;
    private static final int MOST = 63; // of six bits

    private final int bits;

    AffineFormat(int bits) {
        this.bits = bits;
    }

    @Override
    public void write(float[] values, int at, ByteBuffer to) {
        int most = (1 << bits) - 1;
        float[][] x = new float[GROUPS][GROUP];
        float[][] weights = new float[GROUPS][];
        Fit.Affine[] exact = new Fit.Affine[GROUPS];
        float largestScale = 0;
        float largestMinimum = 0;
        for (int g = 0; g < GROUPS; g++) {
            System.arraycopy(values, at + g * GROUP, x[g], 0, GROUP);
            weights[g] = Fit.weights(x[g]);
            exact[g] = Fit.affine(x[g], weights[g], most);
            largestScale = Math.max(largestScale, exact[g].scale());
            largestMinimum = Math.max(largestMinimum, exact[g].minimum());
        }
        float d = Half.nearest(largestScale / MOST);
        float e = Half.nearest(largestMinimum / MOST);
        int[] s = new int[GROUPS];
        int[] m = new int[GROUPS];
        int[] q = new int[GROUPS * GROUP];
        for (int g = 0; g < GROUPS; g++) {
            s[g] = d == 0 ? 0 : Fit.clamped(exact[g].scale() / d, 0, MOST);
            m[g] = e == 0 ? 0 : Fit.clamped(exact[g].minimum() / e, 0, MOST);
            refine(x[g], weights[g], d, e, s, m, g, most);
            float scale = d * s[g];
            float minimum = e * m[g];
            for (int i = 0; i < GROUP; i++) {
                q[g * GROUP + i] = scale == 0 ? 0 : Fit.clamped((x[g][i] + minimum) / scale, 0, most);
            }
        }
        to.putShort(Half.fp16(d)).putShort(Half.fp16(e));
        putScales(s, m, to);
        putIntegers(q, to);
    }

    /** Rounding scale and minimum each for itself is not the best pair; the neighbours are tried too. */
    private static void refine(float[] x, float[] weights, float d, float e, int[] s, int[] m, int g, int most) {
        int bestScale = s[g];
        int bestMinimum = m[g];
        float best = Float.POSITIVE_INFINITY;
        for (int scale = Math.max(0, s[g] - 1); scale <= Math.min(MOST, s[g] + 1); scale++) {
            for (int minimum = Math.max(0, m[g] - 1); minimum <= Math.min(MOST, m[g] + 1); minimum++) {
                float error = Fit.error(x, weights, new Fit.Affine(d * scale, e * minimum), most);
                if (error < best) {
                    best = error;
                    bestScale = scale;
                    bestMinimum = minimum;
                }
            }
        }
        s[g] = bestScale;
        m[g] = bestMinimum;
    }

    private static void putScales(int[] s, int[] m, ByteBuffer to) {
        for (int j = 0; j < 4; j++) {
            to.put((byte) (s[j] | s[j + 4] >> 4 << 6));
        }
        for (int j = 0; j < 4; j++) {
            to.put((byte) (m[j] | m[j + 4] >> 4 << 6));
        }
        for (int j = 0; j < 4; j++) {
            to.put((byte) (s[j + 4] & 15 | (m[j + 4] & 15) << 4));
        }
    }

    private void putIntegers(int[] q, ByteBuffer to) {
        if (bits == 5) {
            for (int i = 0; i < GROUP; i++) {
                int fifth = 0;
                for (int g = 0; g < GROUPS; g++) {
                    fifth |= q[g * GROUP + i] >> 4 << g;
                }
                to.put((byte) fifth);
            }
        }
        for (int g = 0; g < GROUPS; g += 2) {
            for (int i = 0; i < GROUP; i++) {
                to.put((byte) (q[g * GROUP + i] & 15 | (q[(g + 1) * GROUP + i] & 15) << 4));
            }
        }
    }

    @Override
    public void read(ByteBuffer from, float[] values, int at) {
        float d = Half.fp16(from.getShort());
        float e = Half.fp16(from.getShort());
        byte[] packed = new byte[12];
        from.get(packed);
        byte[] fifth = new byte[GROUP];
        if (bits == 5) {
            from.get(fifth);
        }
        byte[] pairs = new byte[GROUP];
        for (int g = 0; g < GROUPS; g++) {
            if (g % 2 == 0) {
                from.get(pairs);
            }
            int j = g % 4;
            int s = g < 4 ? packed[j] & 63 : packed[j + 8] & 15 | (packed[j] >> 6 & 3) << 4;
            int m = g < 4 ? packed[j + 4] & 63 : packed[j + 8] >> 4 & 15 | (packed[j + 4] >> 6 & 3) << 4;
            float scale = d * s;
            float minimum = e * m;
            for (int i = 0; i < GROUP; i++) {
                int q = pairs[i] >> g % 2 * 4 & 15 | (fifth[i] >> g & 1) << 4;
                values[at + g * GROUP + i] = scale * q - minimum;
            }
        }
    }
}
