package dev.hone.data.loader;

import dev.hone.data.batch.Batch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a source gave for one step: micro-batches, and the same rows each alone, which are made only if asked for. */
public final class StepBatches {
    private final List<Batch> batches;
    private final Supplier<List<StepRow>> rows;
    private final Map<String, Double> measures;

    /**
     * @param rows makes the rows of exactly these batches, whatever has become of the weights since
     */
    public StepBatches(List<Batch> batches, Supplier<List<StepRow>> rows) {
        this(batches, rows, Map.of());
    }

    /**
     * @param measures what the source knows of the step beside its batches, by the names in {@code metrics.jsonl}, in order
     */
    public StepBatches(List<Batch> batches, Supplier<List<StepRow>> rows, Map<String, Double> measures) {
        this.batches = List.copyOf(batches);
        this.rows = rows;
        this.measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** The micro-batches; none where the step has nothing to learn from. */
    public List<Batch> batches() {
        return batches;
    }

    /** What the source knows of the step, such as the mean reward of its rollouts. */
    public Map<String, Double> measures() {
        return measures;
    }

    /** Each row alone, by which a message can say what one of them did. */
    public List<StepRow> rows() {
        return rows.get();
    }
}
