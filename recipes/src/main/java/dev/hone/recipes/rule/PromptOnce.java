package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A completion goes on after its prompt and does not begin with it once more, as it does where completions hold whole texts. A prompt of
 * a single word may be repeated.
 */
public record PromptOnce() implements RowRule {
    private static final Pattern WORDS = Pattern.compile("\\S\\s+\\S");

    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        return row instanceof Row.PromptCompletion text
                        && text.repeatsPrompt()
                        && WORDS.matcher(text.prompt()).find()
                ? Optional.of(Issue.refuse(
                        Rule.PROMPT_TWICE,
                        place,
                        "completion begins with its whole prompt, so the prompt would be read twice and its repetition"
                                + " trained; take it out of the completion"))
                : Optional.empty();
    }
}
