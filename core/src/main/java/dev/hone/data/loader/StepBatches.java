package dev.hone.data.loader;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.function.Supplier;

/** What a source gave for one step: micro-batches, and the same rows each alone, which are made only if asked for. */
public final class StepBatches {
    private final List<Batch> batches;
    private final Supplier<List<StepRow>> rows;

    /**
     * @param rows makes the rows of exactly these batches, whatever has become of the weights since
     */
    public StepBatches(List<Batch> batches, Supplier<List<StepRow>> rows) {
        this.batches = List.copyOf(batches);
        this.rows = rows;
    }

    /** The micro-batches. */
    public List<Batch> batches() {
        return batches;
    }

    /** Each row alone, by which a message can say what one of them did. */
    public List<StepRow> rows() {
        return rows.get();
    }
}
