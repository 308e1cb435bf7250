package dev.hone.recipes;

import dev.hone.data.Examples;
import dev.hone.data.JsonlFile;
import dev.hone.data.Labelled;
import dev.hone.data.Overflow;
import dev.hone.data.Pairs;
import dev.hone.data.ReadingListener;
import dev.hone.data.RowRenderer;
import dev.hone.data.Scored;
import dev.hone.data.TokenisedRows;
import dev.hone.recipes.method.Method;
import java.util.List;
import java.util.Locale;

/** How rows of a file become examples: in the same way for a run and for the check before it. */
record Reading(Method.Rows rows, RowRenderer renderer, DataSettings data) {
    /** Reads and checks every row of some files, or of parts of them. */
    Examples read(List<JsonlFile> files, ReadingListener listener) {
        return switch (rows) {
            case TEXTS, CONVERSATIONS ->
                TokenisedRows.read(files, renderer, data.maxTokens(), data.onOverflow(), listener);
            case PAIRS, JUDGED_PAIRS ->
                Pairs.read(
                        files,
                        renderer,
                        rows == Method.Rows.PAIRS ? Scored.ANSWERS : Scored.WHOLE,
                        data.maxTokens(),
                        data.onOverflow(),
                        listener);
            case LABELLED, LABELLED_BESIDE_FOREIGN ->
                Labelled.read(
                        files,
                        renderer,
                        rows == Method.Rows.LABELLED ? Labelled.Beside.NOTHING : Labelled.Beside.FOREIGN_ANSWER,
                        data.maxTokens(),
                        data.onOverflow(),
                        listener);
        };
    }

    /** Says what was read. */
    void describe(Examples examples, Watcher watcher) {
        if (examples instanceof Labelled answers) {
            watcher.say(String.format(
                    Locale.ROOT, "%,d answers, %,d of them desirable", answers.count(), answers.desirable()));
            overflow(answers.overflowed(), "answers", data.onOverflow(), watcher);
        } else if (examples instanceof Pairs pairs) {
            watcher.say(String.format(Locale.ROOT, "%,d pairs", pairs.count()));
            if (pairs.equal() > 0) {
                watcher.say(String.format(
                        Locale.ROOT, "%,d pairs have equal sides, which teach nothing: left out", pairs.equal()));
            }
            overflow(pairs.overflowed(), "pairs", data.onOverflow(), watcher);
        } else if (examples instanceof TokenisedRows all) {
            watcher.say(String.format(
                    Locale.ROOT,
                    "%,d rows, %,d tokens, %.0f %% of them learned",
                    all.count(),
                    all.tokens(),
                    100.0 * all.trainedTokens() / all.tokens()));
            all.overflowed().forEach((what, count) -> overflow(count, "rows", what, watcher));
        }
    }

    private void overflow(int count, String what, Overflow done, Watcher watcher) {
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
