package dev.hone.recipes.prepare;

import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowGuard;
import dev.hone.recipes.rule.Rule;
import dev.hone.recipes.run.RunFile;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** What the rows of a run are checked with, by a check before the run and again when the run reads them. */
public final class RowChecks {
    private RowChecks() {}

    /** The rules for every row a run reads. */
    static RowGuard guard(RunFile file, TokenizerAndTemplate language, DataKind kind) {
        int vocabulary = file.method().start().config(file.model()).vocabulary();
        return new RowGuard(
                kind.guards(context(file, language.tokenizer(), language.template(), vocabulary)), accepted(file));
    }

    /** What the rows of a run are read for. */
    public static RowContext context(RunFile file, Tokenizer tokenizer, ChatTemplate template, int vocabulary) {
        Path model = file.model();
        Set<Integer> stops;
        try {
            stops = TemplateChoice.stopTokens(template, tokenizer);
        } catch (TemplateException e) { // which only matters where conversations are trained, and is reported there
            stops = TemplateChoice.stopTokens(null, tokenizer);
        }
        return new RowContext(
                tokenizer,
                template,
                ChatTemplate.existsIn(model)
                        && ChatTemplate.fromCheckpoint(model).fingerprint().equals(template.fingerprint()),
                stops,
                vocabulary,
                file.data().maxTokens(),
                file.data().onOverflow(),
                file.method().start().config(model).shape().maxPositions(),
                ChatTemplate.existsIn(model));
    }

    /** The rules that the run's file accepts to be broken. */
    public static Set<Rule> accepted(RunFile file) {
        Set<Rule> accepted = EnumSet.noneOf(Rule.class);
        accepted.addAll(file.data().accept());
        return accepted;
    }
}
