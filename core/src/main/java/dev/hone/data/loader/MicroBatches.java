package dev.hone.data.loader;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How the rows of a step, or its bins of rows, are split into batches that are computed at once. */
public final class MicroBatches {
    private MicroBatches() {}

    /**
     * @param units rows, each alone or those of a bin together
     * @param shape says how many units, or tokens, a batch may have, and how many are computed side by side
     */
    public static List<Batch> of(Dataset examples, List<int[]> units, EpochLoader.BatchShape shape) {
        int[] lengths = units.stream()
                .mapToInt(unit -> Arrays.stream(unit).map(examples::length).sum())
                .toArray();
        List<List<Integer>> parts = shape.workers() > 1 && shape.rowsPerBatch() == 0
                ? balanced(lengths, shape)
                : consecutive(lengths, shape);
        return parts.stream()
                .map(part -> examples.batch(part.stream()
                        .flatMapToInt(unit -> Arrays.stream(units.get(unit)))
                        .boxed()
                        .toList()))
                .toList();
    }

    /** Units in their order, a new batch wherever one is full. */
    private static List<List<Integer>> consecutive(int[] lengths, EpochLoader.BatchShape shape) {
        List<List<Integer>> parts = new ArrayList<>();
        List<Integer> current = new ArrayList<>();
        int tokens = 0;
        for (int unit = 0; unit < lengths.length; unit++) {
            boolean full = shape.rowsPerBatch() > 0
                    ? current.size() == shape.rowsPerBatch()
                    : tokens + lengths[unit] > shape.tokensPerBatch();
            if (full && !current.isEmpty()) {
                parts.add(current);
                current = new ArrayList<>();
                tokens = 0;
            }
            current.add(unit);
            tokens += lengths[unit];
        }
        if (!current.isEmpty()) {
            parts.add(current);
        }
        return parts;
    }

    /** As few rounds of batches as their size allows, all batches as equal as whole units make them. */
    private static List<List<Integer>> balanced(int[] lengths, EpochLoader.BatchShape shape) {
        long total = Arrays.stream(lengths)
                .mapToLong(length -> Math.min(length, shape.tokensPerBatch())) // a longer unit fills one batch, alone
                .sum();
        long round = (long) shape.tokensPerBatch() * shape.workers();
        int count = Math.toIntExact((total + round - 1) / round) * shape.workers();
        while (true) {
            List<List<Integer>> parts = longestFirst(lengths, Math.min(count, lengths.length));
            boolean small = parts.stream()
                    .allMatch(part -> part.size() == 1
                            || part.stream().mapToInt(unit -> lengths[unit]).sum() <= shape.tokensPerBatch());
            if (small) {
                return parts;
            }
            count += shape.workers();
        }
    }

    /** The longest unit that is left to the batch with the fewest tokens (Graham, 1969); in a batch, units keep their order. */
    private static List<List<Integer>> longestFirst(int[] lengths, int count) {
        List<List<Integer>> parts = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> parts.add(new ArrayList<>()));
        long[] tokens = new long[count];
        IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparing((Integer unit) -> -lengths[unit]))
                .forEach(unit -> {
                    int least = IntStream.range(0, count)
                            .boxed()
                            .min(Comparator.comparing(i -> tokens[i]))
                            .orElseThrow();
                    parts.get(least).add(unit);
                    tokens[least] += lengths[unit];
                });
        parts.forEach(part -> part.sort(Comparator.naturalOrder()));
        return parts;
    }
}
