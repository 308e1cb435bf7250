package dev.hone.recipes.rule;

import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;

/**
 * A row is no longer than the context the model was made for. It can be trained on, but its positions are none the model knows, and
 * generation refuses such a prompt.
 *
 * @param context the model's {@code max_position_embeddings}
 */
public record FitsContext(int context, int maxTokens, Overflow overflow) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        int length = rendered.example().longest();
        if (length > maxTokens) { // what becomes of it is reported by another rule
            length = overflow == Overflow.TRUNCATE || overflow == Overflow.SPLIT ? maxTokens : 0;
        }
        return length <= context
                ? Optional.empty()
                : Optional.of(Issue.warn(
                        Rule.CONTEXT,
                        place,
                        "has " + length + " tokens, and the model's max_position_embeddings is " + context
                                + ": it has not learned these positions, and generate does not accept such a prompt; lower"
                                + " data.max-tokens to " + context + " or less"));
    }
}
