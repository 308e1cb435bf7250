package dev.hone.generate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;

/**
 * Chooses a token from a row of logits, by {@link Sampling} and a random number.
 *
 * <p>In this order: tokens beyond the limit are out; repetition penalty; where temperature is 0, the likeliest token,
 * the lowest id among equals. Otherwise division by the temperature, top-k, top-p over what top-k left, min-p, and a draw
 * from the softmax of the rest.
 *
 * <p>Top-p, in terms of the descending order: a token stays while those before it hold less than p. Among equal logits
 * lower ids come first.
 *
 * <p>Immutable and safe to share.
 */
public final class Sampler {
    private static final float OUT = Float.NEGATIVE_INFINITY;

    /** Factors are kept between this and its inverse, where products with logits stay numbers and different logits differ. */
    private static final float LEAST = 1e-30f;

    private final Sampling sampling;
    private final int limit;

    /**
     * @param vocabularyLimit ids from here on are never chosen: rows a model has beyond its tokenizer's vocabulary
     */
    public Sampler(Sampling sampling, int vocabularyLimit) {
        if (vocabularyLimit < 1) {
            throw new IllegalArgumentException("vocabulary limit (" + vocabularyLimit + ") must be positive");
        }
        this.sampling = sampling;
        this.limit = vocabularyLimit;
    }

    /** Whether {@link #choose} asks which ids were seen. */
    public boolean readsSeen() {
        return sampling.repetitionPenalty() != 1;
    }

    /** Whether nothing but the temperature, and a limit, is between a row of {@code vocabulary} logits and the draw. */
    boolean takesAll(int vocabulary) {
        return !sampling.isGreedy()
                && !readsSeen()
                && (sampling.topK() == 0 || sampling.topK() >= vocabulary)
                && sampling.topP() == 1
                && sampling.minP() == 0
                && sampling.temperature() >= LEAST;
    }

    double temperature() {
        return sampling.temperature();
    }

    /**
     * The id chosen from a row of logits, which stays as it is.
     *
     * @param seen ids of the prompt and of the completion so far; read only with a repetition penalty
     * @param uniform a number in [0, 1): the chosen id is where it falls when probabilities are stacked in the order of ids
     */
    public int choose(float[] logits, BitSet seen, double uniform) {
        float[] left = left(logits, seen);
        return sampling.isGreedy() ? likeliest(left) : drawn(left, uniform);
    }

    /** The logits after every rule, −∞ for tokens that are out. */
    float[] left(float[] logits, BitSet seen) {
        float[] z = Arrays.copyOf(logits, Math.min(limit, logits.length));
        if (readsSeen()) {
            penalise(z, seen);
        }
        if (sampling.isGreedy()) {
            return z;
        }
        if (sampling.temperature() != 1) {
            divide(z, within(sampling.temperature()));
        }
        if (sampling.topK() > 0 && sampling.topK() < z.length) {
            dropBelow(z, largest(z, sampling.topK()));
        }
        if (sampling.topP() < 1) {
            keepMass(z, sampling.topP());
        }
        if (sampling.minP() > 0) {
            dropBelow(z, z[likeliest(z)] + Math.log(sampling.minP()));
        }
        return z;
    }

    /** Divides by the temperature: from the likeliest down where the quotients would leave float32. */
    private static void divide(float[] z, float temperature) {
        float largest = z[likeliest(z)];
        float shift = Float.isInfinite(largest / temperature) ? largest : 0;
        for (int i = 0; i < z.length; i++) {
            z[i] = (z[i] - shift) / temperature;
        }
    }

    private static float within(double factor) {
        return Math.min(Math.max((float) factor, LEAST), 1 / LEAST);
    }

    private void penalise(float[] z, BitSet seen) {
        float penalty = within(sampling.repetitionPenalty());
        for (int id = seen.nextSetBit(0); id >= 0 && id < z.length; id = seen.nextSetBit(id + 1)) {
            z[id] = z[id] < 0 ? z[id] * penalty : z[id] / penalty;
        }
    }

    private static int likeliest(float[] z) {
        int best = 0;
        for (int i = 1; i < z.length; i++) {
            if (z[i] > z[best]) {
                best = i;
            }
        }
        return best;
    }

    private static void dropBelow(float[] z, double floor) {
        for (int i = 0; i < z.length; i++) {
            if (z[i] < floor) {
                z[i] = OUT;
            }
        }
    }

    /** The k-th largest value: the root of a heap that holds the k largest met so far, the smallest of them on top. */
    private static float largest(float[] z, int k) {
        float[] heap = Arrays.copyOf(z, k);
        for (int i = k / 2 - 1; i >= 0; i--) {
            sink(heap, i);
        }
        for (int i = k; i < z.length; i++) {
            if (z[i] > heap[0]) {
                heap[0] = z[i];
                sink(heap, 0);
            }
        }
        return heap[0];
    }

    private static void sink(float[] heap, int from) {
        int i = from;
        while (2 * i + 1 < heap.length) {
            int child = 2 * i + 1;
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[i] <= heap[child]) {
                return;
            }
            float held = heap[i];
            heap[i] = heap[child];
            heap[child] = held;
            i = child;
        }
    }

    /**
     * Keeps the likeliest tokens that together reach probability p.
     *
     * <p>Only some need sorting. All tokens less likely than (1 − p) / n hold less than 1 − p together, so none of them is
     * reached.
     */
    private static void keepMass(float[] z, double p) {
        float max = z[likeliest(z)];
        double total = 0;
        for (float value : z) {
            total += Math.exp(value - max);
        }
        double floor = max + Math.log((1 - p) / z.length * total);
        dropBelow(z, floor);
        long[] order = descending(z);
        double before = 0;
        for (long entry : order) {
            int id = (int) entry;
            double probability = Math.exp(z[id] - max) / total;
            if (before >= p) {
                z[id] = OUT;
            }
            before += probability;
        }
    }

    /** Entries (value, id) of the tokens that are in, the largest value first, packed so that they sort as numbers. */
    private static long[] descending(float[] z) {
        long[] order = new long[z.length];
        int count = 0;
        for (int i = 0; i < z.length; i++) {
            if (z[i] != OUT) {
                int bits = Float.floatToIntBits(z[i] + 0f); // one zero, not two
                int ascending = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
                order[count++] = (long) ~ascending << 32 | i;
            }
        }
        order = Arrays.copyOf(order, count);
        Arrays.sort(order);
        return order;
    }

    private static int drawn(float[] z, double uniform) {
        float max = z[likeliest(z)];
        double total = 0;
        for (int i = 0; i < z.length; i++) {
            z[i] = z[i] == OUT ? 0 : (float) Math.exp(z[i] - max);
            total += z[i];
        }
        return fallen(z, 0, z.length, uniform * total);
    }

    /**
     * The id drawn from a row of tempered logits of which the sums of blocks are known: where the number falls among the blocks, and
     * then within one of them.
     *
     * @param sums {@code log Σ e^z} of each block
     * @param width ids of a block; the last may have fewer
     * @param block the logits of a block; asked for one or two
     */
    int drawn(float[] sums, int width, IntFunction<float[]> block, double uniform) {
        int blocks = Math.min(sums.length, (limit - 1) / width + 1);
        float[] weights = Arrays.copyOf(sums, blocks);
        if (limit < blocks * width) {
            weights[blocks - 1] = (float) logSumExp(within(block.apply(blocks - 1), blocks - 1, width));
        }
        float max = weights[likeliest(weights)];
        double total = 0;
        for (int i = 0; i < blocks; i++) {
            weights[i] = (float) Math.exp(weights[i] - max);
            total += weights[i];
        }
        double target = uniform * total;
        int chosen = fallen(weights, 0, blocks, target);
        double before = 0;
        for (int i = 0; i < chosen; i++) {
            before += weights[i];
        }
        double rest = Math.max(0, (target - before) / weights[chosen]);
        return chosen * width + drawn(within(block.apply(chosen), chosen, width), rest);
    }

    /** The logits of a block that are within the limit. */
    private float[] within(float[] block, int number, int width) {
        int room = limit - number * width;
        return room < block.length ? Arrays.copyOf(block, room) : block;
    }

    private static double logSumExp(float[] z) {
        float max = z[likeliest(z)];
        double sum = 0;
        for (float value : z) {
            sum += value == OUT ? 0 : Math.exp(value - max);
        }
        return sum == 0 ? OUT : max + Math.log(sum);
    }

    /**
     * The id whose weight is reached first when the weights in a part of a row are stacked in the order of ids.
     *
     * @param from where the weight of id 0 stands
     * @param target a share of their sum
     */
    static int fallen(float[] weights, int from, int to, double target) {
        double reached = 0;
        int last = 0;
        for (int i = from; i < to; i++) {
            if (weights[i] > 0) {
                reached += weights[i];
                last = i - from;
                if (reached > target) {
                    return last;
                }
            }
        }
        return last;
    }
}
