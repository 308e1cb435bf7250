package dev.hone.recipes.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows that say nearly the same as one before them: MinHash over runs of five words (Broder, 1997) with locality-sensitive hashing, 112
 * hashes in 14 bands of 8, so that rows of which four fifths of the runs are common are found with a probability of 0.93. Of each hash eight bits are kept
 * (Li and König, 2010), by which candidates are judged: their similarity is estimated within about 0.04. The same rows give the same
 * result. For use by one thread.
 */
final class NearRows {
    /** Rows that are compared at most: 112 bytes and fourteen numbers each. */
    static final int MOST = 500_000;

    private static final int BANDS = 14;
    private static final int ROWS = 8;
    private static final int HASHES = BANDS * ROWS;
    private static final int RUN = 5;
    private static final double SAME = 0.8;
    /** Bits of a row's number beside its band's hash. */
    private static final int NUMBER = 20;

    private final List<byte[]> signatures = new ArrayList<>();
    private long[][] bands = new long[BANDS][1024];

    /** A row that is nearly like one before it, by their numbers. */
    record Pair(int row, int like) {}

    /** Takes in the next row; whether it is compared. */
    boolean add(long[] words) {
        int row = signatures.size();
        if (row == MOST) {
            return false;
        }
        long[] least = new long[HASHES];
        Arrays.fill(least, Long.MAX_VALUE);
        for (long run : Words.runs(words, RUN)) {
            long hash = run;
            long step = Words.mixed(run) | 1;
            for (int h = 0;
                    h < HASHES;
                    h++) { // a family of hashes from two (Kirsch and Mitzenmacher, 2006), mixed again
                hash += step;
                least[h] = Math.min(least[h], (hash ^ hash >>> 29) * 0xBF58476D1CE4E5B9L);
            }
        }
        byte[] signature = new byte[HASHES];
        for (int h = 0; h < HASHES; h++) {
            signature[h] = (byte) Words.mixed(least[h]);
        }
        signatures.add(signature);
        for (int b = 0; b < BANDS; b++) {
            long key = 0;
            for (int h = b * ROWS; h < (b + 1) * ROWS; h++) {
                key = Words.mixed(key ^ least[h]);
            }
            if (row == bands[b].length) {
                bands[b] = Arrays.copyOf(bands[b], row * 2);
            }
            bands[b][row] = key << NUMBER | row;
        }
        return true;
    }

    /** Rows that are nearly like an earlier one, each once, in order. */
    List<Pair> pairs() {
        int count = signatures.size();
        int[] like = new int[count];
        Arrays.fill(like, -1);
        for (long[] band : bands) {
            long[] sorted = Arrays.copyOf(band, count);
            Arrays.sort(sorted);
            for (int i = 1, first = 0; i < count; i++) {
                if (sorted[i] >>> NUMBER != sorted[first] >>> NUMBER) {
                    first = i;
                    continue;
                }
                int row = (int) (sorted[i] & (1 << NUMBER) - 1);
                int before = (int) (sorted[first] & (1 << NUMBER) - 1);
                if (similarity(row, before) >= SAME && (like[row] < 0 || before < like[row])) {
                    like[row] = before;
                }
            }
        }
        List<Pair> pairs = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            if (like[row] >= 0) {
                pairs.add(new Pair(row, like[row]));
            }
        }
        return pairs;
    }

    /** Estimated share of runs that two rows have in common, of all that either has. */
    private double similarity(int row, int other) {
        int equal = 0;
        for (int h = 0; h < HASHES; h++) {
            equal += signatures.get(row)[h] == signatures.get(other)[h] ? 1 : 0;
        }
        double chance = 1 / 256.0; // that eight bits agree of hashes that do not
        return ((double) equal / HASHES - chance) / (1 - chance);
    }
}
