package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.data.row.TrainOn;
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

    /** What stands before the rows a run reads. */
    public static RowGuard guard(RunFile file, TokenizerAndTemplate language, TrainOn learn, boolean scored) {
        int vocabulary = file.method().startsBlank()
                ? Checkpoint.configOf(file.model()).vocabulary()
                : Checkpoint.openAny(file.model()).config().vocabulary();
        RowContext setting = context(file, language.tokenizer(), language.template(), vocabulary);
        return new RowGuard(setting.learning(learn, scored), accepted(file));
    }

    /** In what the rows of a run are to be understood. */
    public static RowContext context(RunFile file, Tokenizer tokenizer, ChatTemplate template, int vocabulary) {
        Path model = file.model();
        Set<Integer> stops;
        try {
            stops = TemplateChoice.stopTokens(template, tokenizer);
        } catch (TemplateException e) { // which only matters where conversations are learned, and is told there
            stops = TemplateChoice.stopTokens(null, tokenizer);
        }
        return new RowContext(
                tokenizer,
                template,
                ChatTemplate.existsIn(model)
                        && ChatTemplate.fromCheckpoint(model).fingerprint().equals(template.fingerprint()),
                stops,
                vocabulary,
                file.method().learn(),
                file.method().scoresTexts(),
                file.data().maxTokens(),
                file.data().onOverflow());
    }

    /** What the run's file lets pass. */
    public static Set<Rule> accepted(RunFile file) {
        Set<Rule> accepted = EnumSet.noneOf(Rule.class);
        accepted.addAll(file.data().accept());
        return accepted;
    }
}
