package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.Optional;

/**
 * A row begins with one beginning-of-text token: not with two, and not with none where the tokenizer puts one before every
 * text. Templates that write one before each turn are left alone.
 *
 * @param text how the token is spelled
 * @param added whether the tokenizer adds it of its own accord
 */
public record OneBos(String text, int id, boolean added) implements RowRule {
    /** Empty where the tokenizer names no such token. */
    static Optional<RowRule> of(Tokenizer tokenizer) {
        SpecialTokens.Named bos = tokenizer.specialTokens().bos();
        if (bos == null) {
            return Optional.empty();
        }
        int[] ids = tokenizer.ids("a", Specials.ADD);
        return Optional.of(new OneBos(bos.text(), bos.id(), ids.length > 0 && ids[0] == bos.id()));
    }

    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        int[] tokens = rendered.example().tokens(); // further sequences of a row begin alike
        int leading = 0;
        while (leading < tokens.length && tokens[leading] == id) {
            leading++;
        }
        boolean conversation = row instanceof Row.Conversation;
        if (leading > 1) {
            return Optional.of(Issue.refuse(
                    Rule.BOS,
                    place,
                    "begins with " + text + " " + leading + " times; "
                            + (conversation
                                    ? "the template writes it, so take it out of the row's messages"
                                    : added
                                            ? "the tokenizer adds it, so take it out of the row"
                                            : "write it once in the row")));
        }
        if (leading == 0 && added && conversation) {
            return Optional.of(Issue.refuse(
                    Rule.BOS,
                    place,
                    "does not begin with " + text + ", which the tokenizer puts before every text and the template does"
                            + " not write; name a template that starts with {{ bos_token }} as data.template"));
        }
        return Optional.empty();
    }
}
