package dev.hone.recipes.data;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowRule;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.rollout.batch.Credit;
import dev.hone.rollout.batch.RecordedDataset;
import dev.hone.rollout.batch.RecordedRollouts;
import dev.hone.rollout.batch.RolloutGroup;
import java.util.List;
import java.util.Locale;

/**
 * Recorded rollouts, in the order of their file.
 *
 * @param credit what is learned from them
 */
public record RecordedData(Credit credit) implements DataKind {
    @Override
    public ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener) {
        RecordedDataset rows =
                RecordedDataset.read(files.get(0), renderer.tokenizer().size(), credit, data.maxTokens(), listener);
        return new ReadRows(
                rows,
                List.of(String.format(
                        Locale.ROOT,
                        "%,d recorded completions of %,d prompts",
                        rows.groups().stream().mapToInt(RolloutGroup::size).sum(),
                        rows.groups().size())));
    }

    @Override
    public OfflineSource loader(Dataset rows, EpochLoader.BatchShape shape, double epochs, long steps) {
        List<RolloutGroup> groups = ((RecordedDataset) rows).groups();
        return steps > 0
                ? RecordedRollouts.steps(groups, credit, shape, steps)
                : RecordedRollouts.epochs(groups, credit, shape, epochs);
    }

    @Override
    public List<RowRule> guards(RowContext context) {
        return List.of();
    }

    @Override
    public List<RowRule> checks(RowContext context) {
        return List.of();
    }
}
