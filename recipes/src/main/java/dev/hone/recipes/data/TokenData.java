package dev.hone.recipes.data;

import dev.hone.data.dataset.StreamedDataset;
import dev.hone.data.dataset.TextDataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.recipes.settings.DataSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows whose next tokens are predicted: texts, all of which is trained, conversations, or prompts with a completion.
 *
 * @param isConversational whether conversations are what is meant to be trained on
 */
public record TokenData(boolean isConversational, TrainOn trainOn) implements DataKind {
    /** Texts. */
    public static TokenData texts() {
        return new TokenData(false, TrainOn.REPLIES);
    }

    /** Conversations, of which some tokens are trained. */
    public static TokenData conversations(TrainOn trainOn) {
        return new TokenData(true, trainOn);
    }

    @Override
    public ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener) {
        if (data.streams(files.stream().mapToLong(JsonlFile::bytes).sum()) && !listener.readsAll()) {
            StreamedDataset rows = StreamedDataset.of(files, renderer, data.maxTokens(), data.onOverflow());
            return new ReadRows(
                    rows,
                    List.of(String.format(
                            Locale.ROOT, "%,d rows, each read when it is trained on (data.streaming)", rows.count())));
        }
        TextDataset rows = TextDataset.read(files, renderer, data.maxTokens(), data.onOverflow(), listener);
        List<String> description = new ArrayList<>();
        description.add(String.format(
                Locale.ROOT,
                "%,d rows%s, %,d tokens, %.0f %% of them trained",
                rows.count(),
                rows.sequences() == rows.count()
                        ? ""
                        : String.format(Locale.ROOT, ", trained reply by reply in %,d sequences", rows.sequences()),
                rows.tokens(),
                100.0 * rows.trainedTokens() / rows.tokens()));
        rows.overflowed()
                .forEach((done, count) ->
                        ReadRows.overflow(count, "rows", done, data).forEach(description::add));
        if (rows.emptied() > 0) {
            description.add(String.format(
                    Locale.ROOT,
                    "%,d of them have no trained token within max-tokens (%d): left out",
                    rows.emptied(),
                    data.maxTokens()));
        }
        return new ReadRows(rows, description);
    }
}
