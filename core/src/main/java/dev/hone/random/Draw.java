package dev.hone.random;

import java.nio.charset.StandardCharsets;

/**
 * A random sequence that is a function of its key: draw number {@code i} does not depend on the order of calls.
 *
 * <p>A key is made from a seed and a purpose, then narrowed by position: {@code
 * Draw.of(seed, "shuffle").at(epoch)}. Resumed, split or recomputed work therefore draws the same numbers as an uninterrupted run. The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014, figure 15). Immutable and safe
 * to share.
 */
public final class Draw {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private final long key;

    private Draw(long key) {
        this.key = key;
    }

    /** The sequence for one purpose of a run. */
    public static Draw of(long seed, String purpose) {
        long key = mix(seed + GOLDEN);
        for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
            key = mix(key ^ (b & 0xFF)) + GOLDEN;
        }
        return new Draw(mix(key));
    }

    /** The sequence of one position within this one. */
    public Draw at(long place) {
        return new Draw(mix(key ^ mix(place + GOLDEN)) + GOLDEN);
    }

    /** Draw number {@code i}: 64 random bits. */
    public long bits(long i) {
        return mix(key + (i + 1) * GOLDEN);
    }

    /** Draw number {@code i}, uniform in [0, 1) with 53 bits. */
    public double uniform(long i) {
        return (bits(i) >>> 11) * 0x1.0p-53;
    }

    /** Draw number {@code i}, uniform among 0 … bound − 1; the bias is below bound / 2⁶³. */
    public long below(long i, long bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound (" + bound + ") must be positive");
        }
        return Math.floorMod(bits(i) >>> 1, bound);
    }

    /** Draw number {@code i}, standard normal (Box and Muller, 1958). */
    public double gaussian(long i) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * i)));
        return radius * Math.cos(2 * Math.PI * uniform(2 * i + 1));
    }

    /** A random order of 0 … count − 1 (Fisher and Yates). */
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int i = count - 1; i > 0; i--) {
            int j = (int) below(i, i + 1L);
            int held = order[i];
            order[i] = order[j];
            order[j] = held;
        }
        return order;
    }

    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long x = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
