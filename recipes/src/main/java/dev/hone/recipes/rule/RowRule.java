package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;

/** Something every row has to satisfy, checked on the row and on what the model will see of it. Safe to share between threads. */
public interface RowRule {
    /**
     * What is wrong with a row; empty where nothing is.
     *
     * @param row a text, a completion or a conversation
     * @param rendered the whole of it, before anything is cut off
     */
    Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place);
}
