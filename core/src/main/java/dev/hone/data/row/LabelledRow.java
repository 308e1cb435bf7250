package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.error.DataException;

/**
 * One row of unpaired preferences: a row that ends with an answer, and whether that answer is desirable. In a conversation the label
 * is that of the last answer, so what the assistant said before is context.
 */
public record LabelledRow(Row answered, boolean desirable) {
    private static final String LABEL = "label";

    /** Whether a row looks like one. */
    public static boolean is(RowColumns row) {
        return row.has(LABEL) && row.truth(LABEL).isBoolean();
    }

    /** Understands one row; {@link DataException} with its place if it cannot be used. */
    public static LabelledRow read(RowColumns row) {
        JsonNode label = row.truth(LABEL);
        if (!label.isBoolean()) {
            throw row.refused("label " + (label.isMissingNode() ? "is missing" : "(" + label + ")")
                    + "; it must be true for a desirable answer and false for another"
                    + ColumnMapping.hint(row, LABEL));
        }
        return new LabelledRow(RowFormat.read(row).lastAnswer(), label.asBoolean());
    }
}
