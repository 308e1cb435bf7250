package dev.hone.recipes.rule;

import dev.hone.data.Example;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;
import java.util.Set;

/**
 * The last trained tokens of a row hold one that generation stops at; otherwise a model learns never to stop. Texts have
 * no reply to end.
 *
 * @param names how these tokens are spelled
 */
public record StopToken(Set<Integer> stops, String names) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        if (row instanceof Row.PlainText || rendered.example().trained() == 0) {
            return Optional.empty();
        }
        return rendered.example().sequences().stream().allMatch(this::stops)
                ? Optional.empty()
                : Optional.of(Issue.refuse(Rule.STOP_TOKEN, place, message(row)));
    }

    /** Whether the last trained tokens of a sequence hold a stop token. */
    private boolean stops(Example sequence) {
        float[] weights = sequence.weights();
        int i = weights.length - 1;
        while (i > 0 && weights[i] == 0) {
            i--;
        }
        for (; i >= 0 && weights[i] != 0; i--) {
            if (stops.contains(sequence.tokens()[i])) {
                return true;
            }
        }
        return false;
    }

    private String message(Row row) {
        String found = "no trained token of its last reply ends generation";
        if (stops.isEmpty()) {
            return found + ": no such token is known; name eos_token in tokenizer_config.json";
        }
        return found + " (" + names + "); "
                + (row instanceof Row.PromptCompletion
                        ? "name the token that ends a text as eos_token in tokenizer_config.json"
                        : "name a template that closes a reply with such a token, inside its generation block if it"
                                + " has one, as data.template");
    }
}
