package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A course beside which other rows are replayed, so that what they hold is not forgotten.
 *
 * <p>The course itself stays as it is; each of its steps gets batches of replayed rows, marked {@link Annotation#REPLAY}, as
 * many as keep the share of replayed tokens among all learned tokens since the run began, off by less than a row. The rows
 * are read round after round. A step is a function of its number alone. For use by one thread.
 */
public final class Replay implements OfflineSource {
    /** The number of this source among those of the course. */
    public static final int SOURCE = -1;

    private final EpochLoader course;
    private final Dataset rows;
    private final CyclicSampler rounds;
    private final double roundsPerToken;

    /**
     * @param rows what is replayed
     * @param share of all learned tokens; above 0 and below 1
     */
    public Replay(EpochLoader course, Dataset rows, double share) {
        require(share > 0 && share < 1, "share (%s) must be above 0 and below 1", share);
        this.course = course;
        this.rows = rows;
        EpochLoader.Shape shape = course.shape();
        int[] all = IntStream.range(0, rows.count()).toArray();
        this.rounds = new CyclicSampler(rows, all, shape.shuffle() ? Draw.of(shape.seed(), "replay") : null);
        this.roundsPerToken = share / (1 - share) / rounds.tokens();
    }

    @Override
    public long steps() {
        return course.steps();
    }

    @Override
    public List<Batch> step(long step) {
        List<Batch> batches = new ArrayList<>(course.step(step));
        for (Batch replayed : MicroBatches.of(rows, units(replayed(step)), course.shape())) {
            batches.add(marked(replayed));
        }
        return batches;
    }

    @Override
    public List<StepRow> rows(long step) {
        List<StepRow> all = new ArrayList<>(course.rows(step));
        for (int row : replayed(step)) {
            all.add(new StepRow(rows.place(row), marked(rows.batch(List.of(row)))));
        }
        return all;
    }

    private static Batch marked(Batch replayed) {
        float[] marks = new float[replayed.rowCount()];
        Arrays.fill(marks, 1);
        return replayed.with(Annotation.REPLAY, marks);
    }

    @Override
    public Map<Integer, Long> trainedTokens(long step) {
        Map<Integer, Long> tokens = new TreeMap<>(course.trainedTokens(step));
        for (int row : replayed(step)) {
            tokens.merge(SOURCE, (long) rows.trainedTokens(row), Long::sum);
        }
        return tokens;
    }

    private int[] replayed(long step) {
        long before = course.trainedTokensBefore(step);
        long after = before + course.trainedTokensIn(step);
        return rounds.between(before * roundsPerToken, after * roundsPerToken).rows();
    }

    /** Rows by themselves, or bins of them where the course packs. */
    private List<int[]> units(int[] chosen) {
        int capacity = course.shape().capacity();
        if (capacity == 0) {
            return Arrays.stream(chosen).mapToObj(row -> new int[] {row}).toList();
        }
        int[] lengths = Arrays.stream(chosen).map(rows::length).toArray();
        return Packer.pack(lengths, capacity).stream()
                .map(bin -> bin.stream().mapToInt(i -> chosen[i]).toArray())
                .toList();
    }
}
