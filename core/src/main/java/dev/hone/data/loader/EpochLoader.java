package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order in which rows are trained: epochs, shuffling, weights of sources, packing, and how many rows make a step.
 *
 * <p>Each epoch is a new order of all rows, drawn from (seed, epoch); where sources have weights, it is a {@link Mixture} of
 * them that ends when the one that lasts longest has been read once. Packed, the order is cut into windows, the rows of a
 * window fill bins (best fit decreasing), and the bins of a window are shuffled; a bin then counts as a row. The last step of
 * an epoch may be short. Safe for use by one thread.
 */
public final class EpochLoader implements OfflineSource {
    /** Rows that are packed together: enough to fill bins well, few enough that an epoch stays shuffled. */
    private static final int WINDOW = 2048;

    /**
     * @param shuffle false: file order, epoch after epoch; packed, the windows are in file order
     * @param capacity tokens of a packed bin; 0: no packing
     * @param rowsPerStep rows, or bins, that make one step
     * @param rowsPerBatch rows, or bins, in one micro-batch; 0: as many as {@code tokensPerBatch} allows
     * @param tokensPerBatch where {@code rowsPerBatch} is 0, tokens that one micro-batch may have (a single row may have more)
     * @param weights of the sources, in whose ratio their tokens are trained; empty: every row once an epoch
     * @param workers micro-batches that are computed side by side: where {@code rowsPerBatch} is 0, a step has a multiple of
     *     them, of nearly the same number of tokens
     */
    public record BatchShape(
            boolean shuffle,
            int capacity,
            int rowsPerStep,
            int rowsPerBatch,
            int tokensPerBatch,
            long seed,
            List<Double> weights,
            int workers) {
        public BatchShape {
            weights = List.copyOf(weights);
            require(workers > 0, "workers (%d) must be positive", workers);
            require(
                    weights.stream().allMatch(w -> w > 0 && w < Double.POSITIVE_INFINITY),
                    "weights (%s) must be positive",
                    weights);
            require(rowsPerStep > 0, "rows-per-step (%d) must be positive", rowsPerStep);
            require(rowsPerBatch >= 0, "rows-per-batch (%d) must not be negative", rowsPerBatch);
            require(capacity >= 0, "capacity (%d) must not be negative", capacity);
            require(tokensPerBatch > 0, "tokens per batch (%d) must be positive", tokensPerBatch);
        }

        /** Shuffled rows in micro-batches of up to 2,048 tokens, {@code workers} of them side by side. */
        public static BatchShape shuffled(int rowsPerStep, long seed, int workers) {
            return new BatchShape(true, 0, rowsPerStep, 0, 2048, seed, List.of(), workers);
        }

        /** Every row once an epoch, one micro-batch after the other. */
        public BatchShape(
                boolean shuffle, int capacity, int rowsPerStep, int rowsPerBatch, int tokensPerBatch, long seed) {
            this(shuffle, capacity, rowsPerStep, rowsPerBatch, tokensPerBatch, seed, List.of(), 1);
        }
    }

    /**
     * An epoch laid out: four bytes a row.
     *
     * @param order the rows in the order they are trained
     * @param ends where in it each bin ends; none where every row is a unit of its own
     */
    @SuppressWarnings("ArrayRecordComponent") // kept to itself and never compared
    private record Epoch(long number, int[] order, int @Nullable [] ends) {
        int units() {
            return ends == null ? order.length : ends.length;
        }

        /** A row, or the rows of a bin. */
        int[] unit(int number) {
            return ends == null
                    ? new int[] {order[number]}
                    : Arrays.copyOfRange(order, number == 0 ? 0 : ends[number - 1], ends[number]);
        }
    }

    private final Dataset examples;
    private final BatchShape shape;
    private final long steps;
    private final List<Long> firstStepOfEpoch = new ArrayList<>();
    private final List<Long> tokensBeforeEpoch = new ArrayList<>();
    private final @Nullable Mixture mixture;
    /** Steps of every epoch, where all have as many; else 0. */
    private final long evenSteps;

    private @Nullable Epoch laid;
    /** Trained tokens before each unit of the epoch that is laid out, and in all; only where somebody asks. */
    private long @Nullable [] tokensLaid;

    private EpochLoader(Dataset examples, BatchShape shape, double epochs, long steps) {
        require(examples.count() > 0, "there are no rows to train on");
        this.examples = examples;
        this.shape = shape;
        this.mixture = shape.weights().isEmpty()
                ? null
                : new Mixture(examples, shape.weights(), shape.shuffle(), shape.seed());
        this.evenSteps = shape.capacity() == 0 && mixture == null
                ? (examples.count() + shape.rowsPerStep() - 1L) / shape.rowsPerStep()
                : 0;
        firstStepOfEpoch.add(0L);
        tokensBeforeEpoch.add(0L);
        if (steps > 0) {
            this.steps = steps;
        } else {
            long whole = (long) Math.floor(epochs);
            long total = firstStepAfter(whole);
            double rest = epochs - whole;
            this.steps = Math.max(1, rest == 0 ? total : total + Math.round(rest * stepsOf(whole)));
        }
    }

    /** A number of epochs, which need not be whole. */
    public static EpochLoader epochs(Dataset examples, BatchShape shape, double epochs) {
        require(epochs > 0, "epochs (%s) must be positive", epochs);
        return new EpochLoader(examples, shape, epochs, 0);
    }

    /** A number of steps, over as many epochs as they take. */
    public static EpochLoader steps(Dataset examples, BatchShape shape, long steps) {
        require(steps > 0, "steps (%d) must be positive", steps);
        return new EpochLoader(examples, shape, 0, steps);
    }

    @Override
    public long steps() {
        return steps;
    }

    /** Which epoch a step belongs to, as a number that grows evenly: 1.5 is half-way through the second. */
    public double epochAt(long step) {
        long epoch = epochOf(step);
        long first = firstStepAfter(epoch);
        return epoch + (step - first) / (double) stepsOf(epoch);
    }

    @Override
    public List<Batch> step(long step) {
        return MicroBatches.of(examples, units(step), shape);
    }

    /** The numbers of a step's rows, in order. */
    public int[] rowNumbers(long step) {
        return units(step).stream().flatMapToInt(Arrays::stream).toArray();
    }

    @Override
    public List<StepRow> rows(long step) {
        return units(step).stream()
                .flatMapToInt(Arrays::stream)
                .mapToObj(row -> new StepRow(examples.place(row), examples.batch(List.of(row))))
                .toList();
    }

    @Override
    public Map<Integer, Long> trainedTokens(long step) {
        Map<Integer, Long> tokens = new TreeMap<>();
        for (int[] unit : units(step)) {
            for (int row : unit) {
                tokens.merge(examples.source(row), (long) examples.trainedTokens(row), Long::sum);
            }
        }
        return tokens;
    }

    /** Trained tokens before a step. */
    long trainedTokensBefore(long step) {
        long epoch = epochOf(step);
        while (tokensBeforeEpoch.size() <= epoch) {
            int next = tokensBeforeEpoch.size() - 1;
            long[] before = tokensBefore(epoch(next));
            tokensBeforeEpoch.add(tokensBeforeEpoch.get(next) + before[before.length - 1]);
        }
        return tokensBeforeEpoch.get(Math.toIntExact(epoch)) + tokensBefore(epoch(epoch))[firstUnit(step)];
    }

    /** Trained tokens of a step. */
    long trainedTokensIn(long step) {
        Epoch epoch = epoch(epochOf(step));
        int from = firstUnit(step);
        long[] before = tokensBefore(epoch);
        return before[Math.min(epoch.units(), from + shape.rowsPerStep())] - before[from];
    }

    /** Trained tokens before each unit of an epoch, which is laid out, and in all. */
    private long[] tokensBefore(Epoch epoch) {
        long[] known = tokensLaid;
        if (known == null) {
            known = new long[epoch.units() + 1];
            for (int u = 0; u < epoch.units(); u++) {
                known[u + 1] = known[u];
                for (int row : epoch.unit(u)) {
                    known[u + 1] += examples.trainedTokens(row);
                }
            }
            tokensLaid = known;
        }
        return known;
    }

    BatchShape shape() {
        return shape;
    }

    /** The rows of a step; each entry is a row, or the rows of a bin. */
    private List<int[]> units(long step) {
        Epoch epoch = epoch(epochOf(step));
        int from = firstUnit(step);
        List<int[]> units = new ArrayList<>();
        for (int u = from; u < Math.min(epoch.units(), from + shape.rowsPerStep()); u++) {
            units.add(epoch.unit(u));
        }
        return units;
    }

    private int firstUnit(long step) {
        return Math.toIntExact((step - firstStepAfter(epochOf(step))) * shape.rowsPerStep());
    }

    private long epochOf(long step) {
        if (step < 0 || step >= steps) {
            throw new IllegalArgumentException("step (" + step + ") is outside this run of " + steps);
        }
        if (evenSteps > 0) {
            return step / evenSteps;
        }
        int epoch = 0;
        while (firstStepAfter(epoch + 1L) <= step) {
            epoch++;
        }
        return epoch;
    }

    private long firstStepAfter(long epochs) {
        if (evenSteps > 0) {
            return Math.multiplyExact(epochs, evenSteps);
        }
        while (firstStepOfEpoch.size() <= epochs) {
            int epoch = firstStepOfEpoch.size() - 1;
            firstStepOfEpoch.add(firstStepOfEpoch.get(epoch) + stepsOf(epoch));
        }
        return firstStepOfEpoch.get(Math.toIntExact(epochs));
    }

    private long stepsOf(long epoch) {
        if (evenSteps > 0) {
            return evenSteps;
        }
        if (firstStepOfEpoch.size() > epoch + 1) {
            return firstStepOfEpoch.get((int) epoch + 1) - firstStepOfEpoch.get((int) epoch);
        }
        return (epoch(epoch).units() + shape.rowsPerStep() - 1L) / shape.rowsPerStep();
    }

    private Epoch epoch(long number) {
        Epoch known = laid;
        if (known != null && known.number() == number) {
            return known;
        }
        Draw draw = Draw.of(shape.seed(), "shuffle").at(number);
        int[] order = order(number, draw);
        Epoch made = new Epoch(number, order, null);
        if (shape.capacity() > 0) {
            int[] packed = new int[order.length];
            int[] ends = new int[order.length];
            int bins = 0;
            for (int from = 0; from < order.length; from += WINDOW) {
                int at = from;
                for (int[] bin : pack(order, from, Math.min(order.length, from + WINDOW), draw.at(from + 1L))) {
                    System.arraycopy(bin, 0, packed, at, bin.length);
                    at += bin.length;
                    ends[bins++] = at;
                }
            }
            made = new Epoch(number, packed, Arrays.copyOf(ends, bins));
        }
        tokensLaid = null;
        laid = made;
        return made;
    }

    private int[] order(long epoch, Draw draw) {
        if (mixture != null) {
            return mixture.epoch(epoch);
        }
        return shape.shuffle() ? draw.permutation(examples.count()) : inOrder(examples.count());
    }

    private List<int[]> pack(int[] order, int from, int to, Draw draw) {
        List<int[]> into = new ArrayList<>();
        int[] lengths = new int[to - from];
        for (int i = 0; i < lengths.length; i++) {
            // the replies of a row stay together, also where they are more than a bin; such a row has one of its own
            lengths[i] = Math.min(shape.capacity(), examples.length(order[from + i]));
        }
        List<List<Integer>> bins = Packer.pack(lengths, shape.capacity());
        for (int bin : draw.permutation(bins.size())) { // best fit puts long rows first, which is no order to train in
            into.add(bins.get(bin).stream().mapToInt(i -> order[from + i]).toArray());
        }
        return into;
    }

    private static int[] inOrder(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        return order;
    }
}
