package dev.hone.testkit;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Batches as text, by which two of them are compared. */
public final class BatchText {
    private BatchText() {}

    /** All of the batches, to the last number. */
    public static List<String> whole(List<Batch> batches) {
        return batches.stream()
                .map(batch -> Arrays.toString(batch.tokens())
                        + Arrays.toString(batch.positions())
                        + batch.segments()
                        + Arrays.toString(batch.rowIds())
                        + Arrays.toString(batch.targets().position())
                        + Arrays.toString(batch.targets().weight()))
                .toList();
    }

    /** Each row's number with its targets. */
    static List<String> rows(List<Batch> batches) {
        return batches.stream().flatMap(BatchText::rows).toList();
    }

    private static Stream<String> rows(Batch batch) {
        Targets targets = batch.targets();
        StringBuilder[] rows = new StringBuilder[batch.rowCount()];
        Arrays.setAll(
                rows, row -> new StringBuilder().append(batch.rowIds()[row]).append(':'));
        for (int i = 0; i < targets.count(); i++) {
            rows[targets.row()[i]]
                    .append(' ')
                    .append(targets.token()[i])
                    .append('*')
                    .append(targets.weight()[i]);
        }
        return Arrays.stream(rows).map(StringBuilder::toString);
    }
}
