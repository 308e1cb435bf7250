package dev.hone.recipes.check;

import dev.hone.data.Row;
import dev.hone.data.RowRenderer;
import dev.hone.text.Tokenizer;
import java.util.Optional;

/**
 * The model has an embedding for every token.
 *
 * @param vocabulary how many it has
 */
record WithinVocabulary(int vocabulary, Tokenizer tokenizer) implements RowRule {
    @Override
    public Optional<Complaint> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        for (int id : rendered.example().tokens()) {
            if (id >= vocabulary) {
                return Optional.of(Complaint.refuse(
                        Flaw.VOCABULARY,
                        place,
                        "token " + tokenizer.tokenOf(id) + " has id " + id + ", and the model's vocabulary has "
                                + vocabulary + " rows; tokenizer.json belongs to another model, or the embedding was"
                                + " not resized for tokens that were added"));
            }
        }
        return Optional.empty();
    }
}
