package dev.hone.recipes.plan;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import java.util.ArrayList;
import java.util.List;

/**
 * What one step asks for.
 *
 * @param largest its largest micro-batch
 * @param microBatches how many it has
 * @param measured the largest batch of held-out rows; {@link BatchSize#NONE} without any
 * @param measuredBatches how many of those there are
 * @param annotated a batch that a frozen model reads before the first step; {@link BatchSize#NONE} without any
 * @param decoding what is generated at a time
 * @param products how many products of matrices differ in shape over the run, about
 */
record StepDemand(
        BatchSize largest,
        int microBatches,
        BatchSize measured,
        int measuredBatches,
        BatchSize annotated,
        long products,
        Decoding decoding) {
    /**
     * What is generated at a time, beside the training.
     *
     * @param sequences that run side by side, those of all workers together
     * @param tokens of the longest, with its prompt
     */
    record Decoding(int sequences, int tokens) {
        static final Decoding NONE = new Decoding(0, 0);
    }

    /** Nothing is generated. */
    StepDemand(
            BatchSize largest,
            int microBatches,
            BatchSize measured,
            int measuredBatches,
            BatchSize annotated,
            long products) {
        this(largest, microBatches, measured, measuredBatches, annotated, products, Decoding.NONE);
    }

    /** The same with what is generated. */
    StepDemand with(Decoding generated) {
        return new StepDemand(largest, microBatches, measured, measuredBatches, annotated, products, generated);
    }
    /**
     * The same after a frozen model has read all rows.
     *
     * @param tokens how many at once
     * @param lengths how many lengths they have
     */
    StepDemand afterReading(Dataset dataset, int tokens, long lengths) {
        List<Integer> some = new ArrayList<>();
        long all = 0;
        long read = 0;
        for (int row = 0; row < dataset.count(); row++) {
            all += dataset.length(row);
            if (some.isEmpty() || all <= tokens) {
                some.add(row);
                read = all;
            }
        }
        Batch first = dataset.batch(some);
        BatchSize size = BatchSize.of(first);
        long batches = Math.max(1, all / Math.max(1, read));
        long met = StepSizes.products(
                batches,
                batches * size.attention().segments(),
                lengths * first.rowCount() / some.size()); // of which forward makes half
        return new StepDemand(largest, microBatches, measured, measuredBatches, size, products + met / 2, decoding);
    }

    /** The same step in micro-batches of {@code fewer} rows instead of {@code rows}. */
    StepDemand split(int fewer, int rows) {
        return new StepDemand(
                largest.part(fewer / (double) rows),
                (microBatches * rows + fewer - 1) / fewer,
                measured,
                measuredBatches,
                annotated,
                products * rows / fewer,
                decoding);
    }

    /** The same with rows cut to a share of their length. */
    StepDemand withShorterRows(double share) {
        return new StepDemand(
                largest.part(share),
                microBatches,
                measured.part(share),
                measuredBatches,
                annotated,
                products,
                decoding);
    }
}
