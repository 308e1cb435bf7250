package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.text.Tokenizer;
import java.util.Optional;

/**
 * The model has an embedding for every token.
 *
 * @param vocabulary how many it has
 */
public record WithinVocabulary(int vocabulary, Tokenizer tokenizer) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        for (int id : rendered.example().tokens()) {
            if (id >= vocabulary) {
                return Optional.of(Issue.refuse(
                        Rule.VOCABULARY,
                        place,
                        "token " + tokenizer.tokenOf(id) + " has id " + id + ", and the model's vocabulary has "
                                + vocabulary + " rows; tokenizer.json belongs to another model, or the embedding was"
                                + " not resized for tokens that were added"));
            }
        }
        return Optional.empty();
    }
}
