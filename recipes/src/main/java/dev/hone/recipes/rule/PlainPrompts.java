package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;

/** A prompt that is a string is trained as it stands; a model with a chat template will be asked in its template instead. */
public record PlainPrompts() implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        return row instanceof Row.PromptCompletion
                ? Optional.of(
                        Issue.warn(
                                Rule.PLAIN_PROMPT,
                                place,
                                "its prompt is a string and trained as plain text, and the model has a chat template, in which chat"
                                        + " and sample ask; data.prompts: chat makes prompt and reply a user's and an assistant's turn"))
                : Optional.empty();
    }
}
