package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Table.Cell;
import org.jspecify.annotations.Nullable;

/** The result of an evaluation task for one model. Results that are compared are of the same task. */
public interface EvaluationResult {
    /** The number it comes down to. */
    Measure measure();

    /** As it stands in {@code pipeline.json}; {@link EvaluationTask#read} is its inverse. */
    ObjectNode json();

    /** As it stands in a table, with its change from an earlier result. */
    Cell cell(@Nullable EvaluationResult before);

    /** In words, with its change from an earlier result. */
    String sentence(@Nullable EvaluationResult before);
}
