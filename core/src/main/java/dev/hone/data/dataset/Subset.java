package dev.hone.data.dataset;

import dev.hone.data.batch.Batch;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Some rows of another dataset: how data is split into a part to train on and a held-out part. */
public final class Subset implements Dataset {
    private final Dataset all;
    private final int[] rows;

    private Subset(Dataset all, int[] rows) {
        this.all = all;
        this.rows = rows;
    }

    /** Both parts of a split. */
    public record TrainingSplit(Subset training, Subset heldOut) {}

    /**
     * Holds out a share of the rows, at least one, chosen by the seed and the row's number alone.
     *
     * @throws DataException if that leaves none to train on
     */
    public static TrainingSplit holdOut(Dataset all, double share, long seed) {
        Draw draw = Draw.of(seed, "held out");
        int wanted = (int) Math.max(1, Math.round(all.count() * share));
        if (wanted >= all.count()) {
            throw new DataException("data.evaluate.share (" + share + "): holding out " + wanted + " of " + all.count()
                    + " rows leaves none to train on; add rows, or name a file of its own as data.evaluate");
        }
        boolean[] held = new boolean[all.count()];
        int[] order = draw.permutation(all.count());
        for (int i = 0; i < wanted; i++) {
            held[order[i]] = true;
        }
        return new TrainingSplit(
                new Subset(
                        all,
                        IntStream.range(0, all.count()).filter(i -> !held[i]).toArray()),
                new Subset(
                        all,
                        IntStream.range(0, all.count()).filter(i -> held[i]).toArray()));
    }

    /** The rows that this is a part of. */
    public Dataset all() {
        return all;
    }

    /** Their numbers among all rows, in order. */
    public IntStream rows() {
        return Arrays.stream(rows);
    }

    @Override
    public int count() {
        return rows.length;
    }

    @Override
    public int length(int row) {
        return all.length(rows[row]);
    }

    @Override
    public int trainedTokens(int row) {
        return all.trainedTokens(rows[row]);
    }

    @Override
    public boolean isCounted() {
        return all.isCounted();
    }

    @Override
    public int source(int row) {
        return all.source(rows[row]);
    }

    @Override
    public Batch batch(List<Integer> chosen) {
        return all.batch(chosen.stream().map(row -> rows[row]).toList());
    }

    @Override
    public String place(int row) {
        return all.place(rows[row]);
    }
}
