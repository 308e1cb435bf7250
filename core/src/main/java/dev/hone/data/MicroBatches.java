package dev.hone.data;

import java.util.ArrayList;
import java.util.List;

/** How the rows of a step, or its bins of rows, are split into batches that are computed at once. */
final class MicroBatches {
    private MicroBatches() {}

    /**
     * @param units rows, each alone or those of a bin together
     * @param shape says how many units, or tokens, a batch may have
     */
    static List<Batch> of(Examples examples, List<int[]> units, Course.Shape shape) {
        List<Batch> batches = new ArrayList<>();
        List<Integer> current = new ArrayList<>();
        int unitsInBatch = 0;
        int tokens = 0;
        for (int[] unit : units) {
            int length = 0;
            for (int row : unit) {
                length += examples.length(row);
            }
            boolean full = shape.rowsPerBatch() > 0
                    ? unitsInBatch == shape.rowsPerBatch()
                    : tokens + length > shape.tokensPerBatch();
            if (full && !current.isEmpty()) {
                batches.add(examples.batch(current));
                current = new ArrayList<>();
                unitsInBatch = 0;
                tokens = 0;
            }
            for (int row : unit) {
                current.add(row);
            }
            unitsInBatch++;
            tokens += length;
        }
        if (!current.isEmpty()) {
            batches.add(examples.batch(current));
        }
        return batches;
    }
}
