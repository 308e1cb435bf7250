package dev.hone.data.loader;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Data replay: other rows trained beside those of a loader, so that what the model knows of them is not forgotten.
 *
 * <p>The steps of the loader stay as they are; each of its steps gets batches of replayed rows, marked {@link Annotation#REPLAY}, as
 * many as keep the share of replayed tokens among all trained tokens since the run began (or since the share was last raised), off by
 * less than a row. The rows are read round after round. A step is a function of its number and of the {@link ReplayShare} alone. For
 * use by one thread.
 */
public final class Replay implements OfflineSource {
    /** The number of this source among those of the loader. */
    public static final int SOURCE = -1;

    private final EpochLoader loader;
    private final Dataset rows;
    private final CyclicSampler rounds;
    private final ReplayShare share;
    private final Map<Long, Long> tokensBefore = new HashMap<>(Map.of(0L, 0L)); // of the steps where shares begin

    /**
     * @param rows what is replayed
     * @param share of all trained tokens; above 0 and below 1
     */
    public Replay(EpochLoader loader, Dataset rows, double share) {
        this.share = new ReplayShare(share);
        this.loader = loader;
        this.rows = rows;
        EpochLoader.BatchShape shape = loader.shape();
        int[] all = IntStream.range(0, rows.count()).toArray();
        this.rounds = new CyclicSampler(rows, all, shape.shuffle() ? Draw.of(shape.seed(), "replay") : null);
    }

    /** The share, which may be raised between two steps. */
    public ReplayShare share() {
        return share;
    }

    @Override
    public long steps() {
        return loader.steps();
    }

    @Override
    public List<Batch> step(long step) {
        List<Batch> batches = new ArrayList<>(loader.step(step));
        for (Batch replayed : MicroBatches.of(rows, units(replayed(step)), loader.shape())) {
            batches.add(marked(replayed));
        }
        return batches;
    }

    @Override
    public List<StepRow> rows(long step) {
        List<StepRow> all = new ArrayList<>(loader.rows(step));
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
        Map<Integer, Long> tokens = new TreeMap<>(loader.trainedTokens(step));
        for (int row : replayed(step)) {
            tokens.merge(SOURCE, (long) rows.trainedTokens(row), Long::sum);
        }
        return tokens;
    }

    private int[] replayed(long step) {
        long before = loader.trainedTokensBefore(step);
        long after = before + loader.trainedTokensIn(step);
        return rounds.between(place(before), place(after)).rows();
    }

    /** How far the replayed rows are read, in rounds, when so many tokens of the loader are trained. */
    private double place(long tokens) {
        List<Long> begins = share.begins();
        double place = 0;
        for (int i = 0; i < begins.size(); i++) {
            long from = before(begins.get(i));
            long to = i + 1 < begins.size() ? before(begins.get(i + 1)) : Long.MAX_VALUE;
            if (tokens > from) {
                double part = share.of(i);
                place += (Math.min(tokens, to) - from) * (part / (1 - part) / rounds.tokens());
            }
        }
        return place;
    }

    private long before(long step) {
        return tokensBefore.computeIfAbsent(step, loader::trainedTokensBefore);
    }

    /** Rows by themselves, or bins of them where the loader packs. */
    private List<int[]> units(int[] chosen) {
        int capacity = loader.shape().capacity();
        if (capacity == 0) {
            return Arrays.stream(chosen).mapToObj(row -> new int[] {row}).toList();
        }
        int[] lengths = Arrays.stream(chosen).map(rows::length).toArray();
        return Packer.pack(lengths, capacity).stream()
                .map(bin -> bin.stream().mapToInt(i -> chosen[i]).toArray())
                .toList();
    }
}
