package dev.hone.recipes.data;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.row.AlpacaPrompt;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.recipes.rule.ControlTokens;
import dev.hone.recipes.rule.FitsContext;
import dev.hone.recipes.rule.FitsMaxTokens;
import dev.hone.recipes.rule.PlainPrompts;
import dev.hone.recipes.rule.PromptOnce;
import dev.hone.recipes.rule.PromptPrefix;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowRule;
import dev.hone.recipes.rule.StopToken;
import dev.hone.recipes.rule.WrittenTools;
import dev.hone.recipes.settings.DataSettings;
import java.util.ArrayList;
import java.util.List;

/** The kind of a method's rows: how they become a dataset, and which rules hold for them. Immutable. */
public interface DataKind {
    /** Reads and checks every row of some files, or of parts of them. */
    ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener);

    /** Which tokens of a row are trained. */
    default TrainOn trainOn() {
        return TrainOn.REPLIES;
    }

    /** Whether tokens are trained; otherwise a row's texts are scored as a whole. */
    default boolean trainsTokens() {
        return true;
    }

    /** Whether rows are conversations, so that the chat template belongs to the result. */
    default boolean isConversational() {
        return true;
    }

    /** Whether rows are prompts whose completions are sampled as the run goes, so that they have no loss of their own. */
    default boolean isSampled() {
        return false;
    }

    /** How many of a step's rows one row of the dataset becomes. */
    default int trainedRows() {
        return 1;
    }

    /** The order in which rows are trained on: a number of steps, or of epochs where {@code steps} is 0. */
    default OfflineSource loader(Dataset rows, EpochLoader.BatchShape shape, double epochs, long steps) {
        return steps > 0 ? EpochLoader.steps(rows, shape, steps) : EpochLoader.epochs(rows, shape, epochs);
    }

    /** Rules cheap enough to hold for every row a run reads. */
    default List<RowRule> guards(RowContext context) {
        List<RowRule> rules = new ArrayList<>(context.rules());
        rules.add(new PromptOnce());
        if (trainsTokens()) {
            rules.add(new StopToken(context.stops(), String.join(", ", context.stopNames())));
            rules.add(new ControlTokens(context.tokenizer(), context.stops(), trainOn()));
        }
        return List.copyOf(rules);
    }

    /** These, and those that take longer or that the reader of rows checks itself. */
    default List<RowRule> checks(RowContext context) {
        List<RowRule> rules = new ArrayList<>(guards(context));
        rules.add(new FitsMaxTokens(context.maxTokens(), context.overflow()));
        rules.add(new FitsContext(context.context(), context.maxTokens(), context.overflow()));
        rules.add(new WrittenTools(context.template()));
        if (isConversational()
                && context.asksInTemplate()
                && !context.template().name().equals(AlpacaPrompt.NAME)) {
            rules.add(new PlainPrompts());
        }
        if (trainsTokens()) {
            rules.add(new PromptPrefix(context.tokenizer(), context.template(), trainOn()));
        }
        return List.copyOf(rules);
    }
}
