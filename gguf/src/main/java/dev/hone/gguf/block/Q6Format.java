package dev.hone.gguf.block;

import java.nio.ByteBuffer;

/**
 * Q6_K: 256 numbers in sixteen groups of 16. A number is d · s · (q − 32), with d of the block (binary16), s of the group (a signed byte) and q
 * of its own (six bits).
 *
 * <p>Layout, for each half of 128 numbers, which are four runs of 32: 64 bytes with the lower four bits, whose low halves are runs 0 and 1 and
 * whose high halves runs 2 and 3; then, after those of both halves, 32 bytes with the upper two bits, of run r at bits 2 r; at the
 * end the sixteen bytes s, and d.
 */
final class Q6Format implements BlockFormat {
    private static final int GROUPS = 16;
    private static final int GROUP = 16;
    private static final int HALF = 32;

    @Override
    public void write(float[] values, int at, ByteBuffer to) {
        float[][] x = new float[GROUPS][GROUP];
        float[][] weights = new float[GROUPS][];
        float[] exact = new float[GROUPS];
        float extreme = 0;
        for (int g = 0; g < GROUPS; g++) {
            System.arraycopy(values, at + g * GROUP, x[g], 0, GROUP);
            weights[g] = Fit.weights(x[g]);
            exact[g] = Fit.scale(x[g], weights[g], HALF);
            extreme = Math.abs(exact[g]) > Math.abs(extreme) ? exact[g] : extreme;
        }
        float d = Half.nearest(extreme / -128); // the extreme scale takes the extra step there is below zero
        byte[] s = new byte[GROUPS];
        int[] q = new int[GROUPS * GROUP];
        for (int g = 0; g < GROUPS && d != 0; g++) {
            s[g] = (byte) best(x[g], weights[g], d, Fit.clamped(exact[g] / d, -128, 127));
            float scale = d * s[g];
            for (int i = 0; i < GROUP; i++) {
                q[g * GROUP + i] = scale == 0 ? 0 : Fit.clamped(x[g][i] / scale, -HALF, HALF - 1);
            }
        }
        put(q, to);
        to.put(s).putShort(Half.fp16(d));
    }

    private static int best(float[] x, float[] weights, float d, int rounded) {
        int best = rounded;
        float bestError = Float.POSITIVE_INFINITY;
        for (int s = Math.max(-128, rounded - 1); s <= Math.min(127, rounded + 1); s++) {
            float scale = d * s;
            float inverse = scale == 0 ? 0 : 1 / scale;
            float error = 0;
            for (int i = 0; i < GROUP; i++) {
                float q = Fit.clamped(x[i] * inverse, -HALF, HALF - 1);
                float difference = x[i] - scale * q;
                error += weights[i] * difference * difference;
            }
            if (error < bestError) {
                bestError = error;
                best = s;
            }
        }
        return best;
    }

    private static void put(int[] q, ByteBuffer to) {
        for (int half = 0; half < 256; half += 128) {
            for (int i = 0; i < 64; i++) {
                to.put((byte) (q[half + i] + HALF & 15 | (q[half + i + 64] + HALF & 15) << 4));
            }
        }
        for (int half = 0; half < 256; half += 128) {
            for (int i = 0; i < 32; i++) {
                int upper = 0;
                for (int run = 0; run < 4; run++) {
                    upper |= q[half + run * 32 + i] + HALF >> 4 << 2 * run;
                }
                to.put((byte) upper);
            }
        }
    }

    @Override
    public void read(ByteBuffer from, float[] values, int at) {
        byte[] lower = new byte[128];
        byte[] upper = new byte[64];
        byte[] s = new byte[GROUPS];
        from.get(lower).get(upper).get(s);
        float d = Half.fp16(from.getShort());
        for (int i = 0; i < 256; i++) {
            int half = i / 128;
            int within = i % 128;
            int run = within / 32;
            int low = lower[half * 64 + within % 64] >> within / 64 * 4 & 15;
            int high = upper[half * 32 + within % 32] >> 2 * run & 3;
            values[at + i] = d * s[i / GROUP] * ((low | high << 4) - HALF);
        }
    }
}
