package dev.hone.recipes.plan;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.OfflineSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The sizes of a run's steps: of all of them if there are few, else of some spread evenly.
 *
 * @param steps how many the run has
 * @param sampled the micro-batches of those that were looked at, in order; never empty
 */
public record StepSizes(long steps, List<List<BatchSize>> sampled) {
    private static final int SAMPLED = 200;

    /** Products of a micro-batch that differ in shape, forward and backward, without those of attention. */
    private static final long OF_A_BATCH = 24;

    private static final long OF_A_SEGMENT = 7;

    public StepSizes {
        sampled = sampled.stream().map(List::copyOf).toList();
    }

    public static StepSizes of(OfflineSource loader) {
        List<List<BatchSize>> sampled = new ArrayList<>();
        long count = Math.min(loader.steps(), SAMPLED);
        for (long i = 0; i < count; i++) {
            sampled.add(loads(loader.step(i * loader.steps() / count)));
        }
        return new StepSizes(loader.steps(), sampled);
    }

    /** The sizes of some batches. */
    public static List<BatchSize> loads(List<Batch> batches) {
        return batches.stream().map(BatchSize::of).toList();
    }

    /**
     * What the largest step asks for, with the batches that are only measured.
     *
     * @param lengths how many lengths the rows have
     */
    public StepDemand demand(MemoryModel memory, List<BatchSize> measured, long lengths) {
        BatchSize largest = largest(sampled.stream().flatMap(List::stream).toList(), memory.activations()::of);
        int most = sampled.stream().mapToInt(List::size).max().orElse(1);
        BatchSize held = largest(measured, memory.activations()::of);
        long products = products(lengths) + OF_A_BATCH / 2 * measured.size();
        return new StepDemand(largest, most, held, measured.size(), BatchSize.NONE, products);
    }

    private long products(long lengths) {
        Set<BatchSize> distinct = new HashSet<>();
        sampled.forEach(distinct::addAll);
        long segments =
                distinct.stream().mapToLong(size -> size.attention().segments()).sum();
        return products(distinct.size() * steps / sampled.size(), segments * steps / sampled.size(), lengths);
    }

    /**
     * How many products of matrices differ in shape, about: those of layers and head once a micro-batch, whose tokens and targets they
     * depend on, and those of attention once for each length of a segment, which prefix sharing may cut in two. The numbers of
     * them were counted with adapters.
     */
    static long products(long microBatches, long segments, long lengths) {
        return OF_A_BATCH * microBatches + OF_A_SEGMENT * Math.min(segments, 2 * lengths);
    }

    private static BatchSize largest(List<BatchSize> loads, ToLongFunction<BatchSize> size) {
        return loads.stream().max(Comparator.comparingLong(size)).orElse(BatchSize.NONE);
    }

    /** The mean over the steps of a number of each micro-batch, summed over a step. */
    public double meanOfStep(ToLongFunction<BatchSize> what) {
        return sampled.stream()
                .mapToLong(step -> step.stream().mapToLong(what).sum())
                .average()
                .orElse(0);
    }
}
