package dev.hone.recipes.data;

import dev.hone.data.dataset.UnpairedDataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.recipes.settings.DataSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Answers, each labelled desirable or not.
 *
 * @param beside what is computed beside each answer
 */
public record UnpairedData(UnpairedDataset.Companion beside) implements DataKind {
    @Override
    public ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener) {
        UnpairedDataset answers =
                UnpairedDataset.read(files, renderer, beside, data.maxTokens(), data.onOverflow(), listener);
        List<String> description = new ArrayList<>();
        description.add(
                String.format(Locale.ROOT, "%,d answers, %,d of them desirable", answers.count(), answers.desirable()));
        ReadRows.overflow(answers.overflowed(), "answers", data.onOverflow(), data)
                .forEach(description::add);
        if (answers.emptied() > 0) {
            description.add(String.format(
                    Locale.ROOT,
                    "%,d of them have nothing left within max-tokens (%d): left out",
                    answers.emptied(),
                    data.maxTokens()));
        }
        return new ReadRows(answers, description, answers::requireBothKinds);
    }
}
