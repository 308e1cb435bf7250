package dev.hone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One row of data, tokenised: what the model reads, and the weight of each of its tokens in the loss (the loss mask).
 *
 * <p>A row is one sequence, unless its conversation is trained reply by reply: then each reply is a sequence of its own with all
 * that stands before it when it is generated. The sequences of a row never see each other and are always in one micro-batch, where
 * what they begin with in common is computed once.
 *
 * <p>A weight belongs to the token that is predicted; the first token of a sequence is never predicted and its weight is ignored.
 * The arrays are not copied; treat them as read-only.
 *
 * @param row a stable number of the row in its source, from 0
 * @param tokens token ids, one sequence after the other
 * @param weights one per token; 0 is context
 * @param starts where each sequence begins, the first at 0
 */
@SuppressWarnings("ArrayRecordComponent") // handed through to batches; equality is never asked
public record Example(long row, int[] tokens, float[] weights, int[] starts) {
    private static final int[] ONE = {0};

    public Example {
        if (tokens.length != weights.length) {
            throw new IllegalArgumentException(tokens.length + " tokens but " + weights.length + " weights");
        }
        if (tokens.length == 0) {
            throw new IllegalArgumentException("row (" + row + ") has no tokens");
        }
        for (int i = 0; i < starts.length; i++) {
            if (i == 0 ? starts[0] != 0 : starts[i] <= starts[i - 1] || starts[i] >= tokens.length) {
                throw new IllegalArgumentException(
                        "sequences of " + tokens.length + " tokens cannot start at " + Arrays.toString(starts));
            }
        }
    }

    /** A row of one sequence. */
    public Example(long row, int[] tokens, float[] weights) {
        this(row, tokens, weights, ONE);
    }

    /** A row of several sequences, in their order. */
    public static Example of(long row, List<Example> sequences) {
        if (sequences.size() == 1) {
            return sequences.get(0).numbered(row);
        }
        int length = sequences.stream().mapToInt(Example::length).sum();
        int[] tokens = new int[length];
        float[] weights = new float[length];
        int[] starts = new int[sequences.size()];
        int at = 0;
        for (int s = 0; s < starts.length; s++) {
            Example one = sequences.get(s);
            starts[s] = at;
            System.arraycopy(one.tokens, 0, tokens, at, one.length());
            System.arraycopy(one.weights, 0, weights, at, one.length());
            at += one.length();
        }
        return new Example(row, tokens, weights, starts);
    }

    /** Its sequences, each as a row of one. */
    public List<Example> sequences() {
        if (starts.length == 1) {
            return List.of(this);
        }
        List<Example> all = new ArrayList<>(starts.length);
        for (int s = 0; s < starts.length; s++) {
            int end = s + 1 < starts.length ? starts[s + 1] : tokens.length;
            all.add(new Example(
                    row, Arrays.copyOfRange(tokens, starts[s], end), Arrays.copyOfRange(weights, starts[s], end)));
        }
        return all;
    }

    /** Tokens of all sequences. */
    public int length() {
        return tokens.length;
    }

    /** Tokens of its longest sequence, which is what a limit on a row's length is about. */
    public int longest() {
        int longest = 0;
        for (int s = 0; s < starts.length; s++) {
            longest = Math.max(longest, (s + 1 < starts.length ? starts[s + 1] : tokens.length) - starts[s]);
        }
        return longest;
    }

    /** Tokens to compute: what a sequence begins with in common with the one before it counts once. */
    public int computed() {
        int computed = tokens.length;
        for (int s = 1; s < starts.length; s++) {
            int end = s + 1 < starts.length ? starts[s + 1] : tokens.length;
            int mismatch = Arrays.mismatch(tokens, starts[s - 1], starts[s], tokens, starts[s], end);
            computed -= mismatch < 0 ? end - starts[s] : mismatch;
        }
        return computed;
    }

    /** Tokens that are trained. */
    public int trained() {
        int count = 0;
        int sequence = 0;
        for (int i = 0; i < weights.length; i++) {
            if (sequence < starts.length && starts[sequence] == i) {
                sequence++;
            } else if (weights[i] != 0) {
                count++;
            }
        }
        return count;
    }

    /** The same row under another number. */
    public Example numbered(long other) {
        return new Example(other, tokens, weights, starts);
    }

    /** The same tokens, none of them trained. */
    public Example asContext() {
        return new Example(row, tokens, new float[tokens.length], starts);
    }

    /** Every token but the first is trained, as in pre-training. */
    public static Example ofText(long row, int[] tokens) {
        float[] weights = new float[tokens.length];
        Arrays.fill(weights, 1f);
        return new Example(row, tokens, weights);
    }
}
