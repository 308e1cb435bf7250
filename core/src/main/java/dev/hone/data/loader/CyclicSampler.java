package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some rows, read round after round, each round in an order of its own.
 *
 * <p>Places are counted in rounds, by trained tokens: 2.25 is where a quarter of the third round's tokens are trained. A row
 * stands at its middle. Which rows stand between two places is a function of the places alone, so stretches that meet share
 * no row and lose none. For use by one thread.
 */
final class CyclicSampler {
    private final Dataset examples;
    private final int[] rows;
    private final @Nullable Draw shuffle;
    private final long tokens;
    private long round = -1;
    private int[] order = {};
    private double[] middles = {};

    /** Rows between two places, in order, and where each stands. */
    @SuppressWarnings("ArrayRecordComponent") // columns, handed over and not compared
    record Stretch(int[] rows, double[] places) {}

    /**
     * @param rows which of the examples are read: at least one, each with a trained token
     * @param shuffle what the order of each round is drawn from; none: every round in the given order
     */
    CyclicSampler(Dataset examples, int[] rows, @Nullable Draw shuffle) {
        this.examples = examples;
        this.rows = rows;
        this.shuffle = shuffle;
        this.tokens = Arrays.stream(rows).mapToLong(examples::trainedTokens).sum();
        require(
                rows.length > 0 && Arrays.stream(rows).allMatch(row -> examples.trainedTokens(row) > 0),
                "rows (%d) that are read round after round must be some, each with a trained token",
                rows.length);
    }

    /** Trained tokens of one round. */
    long tokens() {
        return tokens;
    }

    /** Rows of one round. */
    int rows() {
        return rows.length;
    }

    /** Rows that stand at {@code from} or after it and before {@code to}. */
    Stretch between(double from, double to) {
        int[] found = new int[64];
        double[] places = new double[64];
        int count = 0;
        for (long r = (long) Math.floor(from); r < to; r++) {
            lay(r);
            for (int i = first(from - r); i < order.length && r + middles[i] < to; i++) {
                if (r + middles[i] < from) {
                    continue; // from - r was rounded
                }
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                    places = Arrays.copyOf(places, 2 * count);
                }
                found[count] = order[i];
                places[count++] = r + middles[i];
            }
        }
        return new Stretch(Arrays.copyOf(found, count), Arrays.copyOf(places, count));
    }

    /** The first row of the round laid out that may stand at a place or after it. */
    private int first(double place) {
        int at = Arrays.binarySearch(middles, place);
        return Math.max(0, (at < 0 ? -at - 1 : at) - 1);
    }

    private void lay(long wanted) {
        if (round == wanted) {
            return;
        }
        order = rows;
        if (shuffle != null) {
            order = Arrays.stream(shuffle.at(wanted).permutation(rows.length))
                    .map(i -> rows[i])
                    .toArray();
        }
        middles = new double[order.length];
        long before = 0;
        for (int i = 0; i < order.length; i++) {
            int trained = examples.trainedTokens(order[i]);
            middles[i] = (before + trained / 2.0) / tokens;
            before += trained;
        }
        round = wanted;
    }
}
