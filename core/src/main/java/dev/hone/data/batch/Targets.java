package dev.hone.data.batch;

/**
 * The tokens a batch is scored at: column i says that the token {@code token[i]} is predicted by the position
 * {@code position[i]} of the flat batch, weighs {@code weight[i]}, and belongs to the row {@code row[i]}.
 *
 * <p>Context simply has no target. A text that is scored as a whole has one, at its last token, which predicts
 * {@link #NOTHING}. The position of a shared prompt's last token may predict the first token of several
 * continuations, which is why this is a list of its own and not a label per position. The arrays are not copied; treat
 * them as read-only.
 *
 * @param position predicting position in the flat batch
 * @param token id of the token to predict
 * @param weight how much it counts; 1 unless the data says otherwise
 * @param row index of the row within the batch
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed to native code; equality is never asked
public record Targets(int[] position, int[] token, float[] weight, int[] row) {
    /** In place of a token where none is predicted; a head that predicts tokens does not accept it. */
    public static final int NOTHING = -1;

    public Targets {
        if (position.length != token.length || position.length != weight.length || position.length != row.length) {
            throw new IllegalArgumentException("columns of targets differ in length");
        }
    }

    public int count() {
        return position.length;
    }

    /** The sum of the weights: what a mean over these targets is divided by. */
    public double totalWeight() {
        double total = 0;
        for (float w : weight) {
            total += w;
        }
        return total;
    }
}
