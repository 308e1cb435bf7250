package dev.hone.recipes.plan;

import dev.hone.data.Batch;
import dev.hone.data.BatchSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The sizes of a course's steps: of all of them if there are few, else of some spread evenly.
 *
 * @param steps how many the course has
 * @param sampled the micro-batches of those that were looked at, in order; never empty
 */
public record Survey(long steps, List<List<Load>> sampled) {
    private static final int SAMPLED = 200;

    public Survey {
        sampled = sampled.stream().map(List::copyOf).toList();
    }

    public static Survey of(BatchSource course) {
        List<List<Load>> sampled = new ArrayList<>();
        long count = Math.min(course.steps(), SAMPLED);
        for (long i = 0; i < count; i++) {
            sampled.add(loads(course.step(i * course.steps() / count)));
        }
        return new Survey(course.steps(), sampled);
    }

    /** The sizes of some batches. */
    public static List<Load> loads(List<Batch> batches) {
        return batches.stream().map(Load::of).toList();
    }

    /** What the largest step asks for, with the batches that are only measured. */
    public MemoryModel.Demand demand(MemoryModel memory, List<Load> measured) {
        Load largest = largest(sampled.stream().flatMap(List::stream).toList(), memory::activations);
        int most = sampled.stream().mapToInt(List::size).max().orElse(1);
        return new MemoryModel.Demand(largest, most, largest(measured, memory::activations));
    }

    private static Load largest(List<Load> loads, ToLongFunction<Load> size) {
        return loads.stream().max(Comparator.comparingLong(size)).orElse(Load.NONE);
    }

    /** The mean over the steps of what each micro-batch counts for. */
    public double meanOfStep(ToLongFunction<Load> what) {
        return sampled.stream()
                .mapToLong(step -> step.stream().mapToLong(what).sum())
                .average()
                .orElse(0);
    }
}
