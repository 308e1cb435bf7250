package dev.hone.recipes.data;

import dev.hone.data.batch.TargetKind;
import dev.hone.data.dataset.PreferenceDataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.recipes.settings.DataSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prompts with a chosen and a rejected answer.
 *
 * @param target whether the tokens of the answers are trained, or each side is scored as a whole
 */
public record PairData(TargetKind target) implements DataKind {
    @Override
    public boolean trainsTokens() {
        return target != TargetKind.WHOLE;
    }

    /** Texts that are scored as a whole are those the template writes, whatever of them is an answer. */
    @Override
    public TrainOn trainOn() {
        return trainsTokens() ? TrainOn.REPLIES : TrainOn.ALL;
    }

    @Override
    public ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener) {
        PreferenceDataset pairs =
                PreferenceDataset.read(files, renderer, target, data.maxTokens(), data.onOverflow(), listener);
        List<String> description = new ArrayList<>();
        description.add(String.format(Locale.ROOT, "%,d pairs", pairs.count()));
        if (pairs.equal() > 0) {
            description.add(String.format(
                    Locale.ROOT, "%,d pairs have equal sides, which give no gradient: left out", pairs.equal()));
        }
        ReadRows.overflow(pairs.overflowed(), "pairs", data.onOverflow(), data).forEach(description::add);
        if (pairs.emptied() > 0) {
            description.add(String.format(
                    Locale.ROOT,
                    "%,d of them have a side without an answer within max-tokens (%d): left out",
                    pairs.emptied(),
                    data.maxTokens()));
        }
        return new ReadRows(pairs, description);
    }
}
