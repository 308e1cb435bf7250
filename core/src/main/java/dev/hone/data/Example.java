package dev.hone.data;

/**
 * One row of data, tokenised: what the model reads, and the weight of each of its tokens in the loss (the loss mask).
 *
 * <p>A weight belongs to the token that is predicted; the first token is never predicted and its weight is ignored. The
 * arrays are not copied; treat them as read-only.
 *
 * @param row a stable number of the row in its source, from 0
 * @param tokens token ids
 * @param weights one per token; 0 is context
 */
@SuppressWarnings("ArrayRecordComponent") // handed through to batches; equality is never asked
public record Example(long row, int[] tokens, float[] weights) {
    public Example {
        if (tokens.length != weights.length) {
            throw new IllegalArgumentException(tokens.length + " tokens but " + weights.length + " weights");
        }
        if (tokens.length == 0) {
            throw new IllegalArgumentException("row (" + row + ") has no tokens");
        }
    }

    public int length() {
        return tokens.length;
    }

    /** Tokens that are trained. */
    public int trained() {
        int count = 0;
        for (int i = 1; i < weights.length; i++) {
            if (weights[i] != 0) {
                count++;
            }
        }
        return count;
    }

    /** The same tokens, none of them trained. */
    public Example asContext() {
        return new Example(row, tokens, new float[tokens.length]);
    }

    /** Every token but the first is trained, as in pre-training. */
    public static Example ofText(long row, int[] tokens) {
        float[] weights = new float[tokens.length];
        java.util.Arrays.fill(weights, 1f);
        return new Example(row, tokens, weights);
    }
}
