package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Table.Cell;
import org.jspecify.annotations.Nullable;

/** The result of an evaluation task for one model. Results that are compared are of the same task. */
public interface EvaluationResult {
    /** The number it comes down to. */
    Measure measure();

    /**
     * Another number of it, for a {@link MeasureGate}.
     *
     * @param name empty: the one it comes down to, the only one that every result has
     */
    default Measure measure(String name) {
        if (!name.isEmpty()) {
            throw new IllegalArgumentException("measure (" + name + ") is none of " + json());
        }
        return measure();
    }

    /** As it stands in {@code pipeline.json}; {@link EvaluationTask#read} is its inverse. */
    ObjectNode json();

    /** As it stands in a table, with its change from an earlier result. */
    Cell cell(@Nullable EvaluationResult before);

    /** In words, with its change from an earlier result. */
    String sentence(@Nullable EvaluationResult before);
}
