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

    /** What the largest step asks for, with the batches that are only measured. */
    public MemoryModel.Demand demand(MemoryModel memory, List<BatchSize> measured) {
        BatchSize largest = largest(sampled.stream().flatMap(List::stream).toList(), memory::activations);
        int most = sampled.stream().mapToInt(List::size).max().orElse(1);
        return new MemoryModel.Demand(
                largest, most, largest(measured, memory::activations), BatchSize.NONE, products());
    }

    /**
     * How many products of matrices differ in shape, about: a layer's depend on the tokens of a micro-batch, those of attention on the
     * lengths of its segments, and the head's on its targets. Measured with adapters on small and wide models.
     */
    private long products() {
        Set<BatchSize> distinct = new HashSet<>();
        sampled.forEach(distinct::addAll);
        return distinct.stream().mapToLong(StepSizes::products).sum() * steps / sampled.size();
    }

    /** Those of one micro-batch, forward and backward. */
    static long products(BatchSize size) {
        return 24 + 7L * size.attention().segments();
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
