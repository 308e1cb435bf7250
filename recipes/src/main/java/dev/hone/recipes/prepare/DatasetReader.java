package dev.hone.recipes.prepare;

import dev.hone.data.batch.TargetKind;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.dataset.PreferenceDataset;
import dev.hone.data.dataset.TextDataset;
import dev.hone.data.dataset.UnpairedDataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.run.RunObserver;
import java.util.List;
import java.util.Locale;

/** How rows of a file become examples: in the same way for a run and for the check before it. */
public record DatasetReader(Method.Rows rows, RowRenderer renderer, DataSettings data) {
    /** Reads and checks every row of some files, or of parts of them. */
    public Dataset read(List<JsonlFile> files, ReadingListener listener) {
        return switch (rows) {
            case TEXTS, CONVERSATIONS ->
                TextDataset.read(files, renderer, data.maxTokens(), data.onOverflow(), listener);
            case PAIRS, JUDGED_PAIRS ->
                PreferenceDataset.read(
                        files,
                        renderer,
                        rows == Method.Rows.PAIRS ? TargetKind.ANSWERS : TargetKind.WHOLE,
                        data.maxTokens(),
                        data.onOverflow(),
                        listener);
            case LABELLED, LABELLED_BESIDE_FOREIGN ->
                UnpairedDataset.read(
                        files,
                        renderer,
                        rows == Method.Rows.LABELLED
                                ? UnpairedDataset.Beside.NOTHING
                                : UnpairedDataset.Beside.FOREIGN_ANSWER,
                        data.maxTokens(),
                        data.onOverflow(),
                        listener);
        };
    }

    /** Says what was read. */
    void describe(Dataset examples, RunObserver watcher) {
        if (examples instanceof UnpairedDataset answers) {
            watcher.say(String.format(
                    Locale.ROOT, "%,d answers, %,d of them desirable", answers.count(), answers.desirable()));
            overflow(answers.overflowed(), "answers", data.onOverflow(), watcher);
        } else if (examples instanceof PreferenceDataset pairs) {
            watcher.say(String.format(Locale.ROOT, "%,d pairs", pairs.count()));
            if (pairs.equal() > 0) {
                watcher.say(String.format(
                        Locale.ROOT, "%,d pairs have equal sides, which teach nothing: left out", pairs.equal()));
            }
            overflow(pairs.overflowed(), "pairs", data.onOverflow(), watcher);
        } else if (examples instanceof TextDataset all) {
            watcher.say(String.format(
                    Locale.ROOT,
                    "%,d rows, %,d tokens, %.0f %% of them learned",
                    all.count(),
                    all.tokens(),
                    100.0 * all.trainedTokens() / all.tokens()));
            all.overflowed().forEach((what, count) -> overflow(count, "rows", what, watcher));
        }
    }

    private void overflow(int count, String what, Overflow done, RunObserver watcher) {
        if (count > 0) {
            watcher.say(String.format(
                    Locale.ROOT,
                    "%,d %s were longer than max-tokens (%d): %s",
                    count,
                    what,
                    data.maxTokens(),
                    done.name().toLowerCase(Locale.ROOT)));
        }
    }
}
