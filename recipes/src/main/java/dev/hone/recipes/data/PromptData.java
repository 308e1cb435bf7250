package dev.hone.recipes.data;

import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowRule;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.rollout.batch.PromptDataset;
import dev.hone.rollout.batch.PromptDataset.GroupShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prompts whose completions are sampled as the run goes; what their rewards read stands in further columns.
 *
 * @param shape of the groups that are sampled of each
 * @param learned completions of a group that are learned from at most
 */
public record PromptData(GroupShape shape, int learned) implements DataKind {
    /** Prompts whose completions are all learned from. */
    public PromptData(GroupShape shape) {
        this(shape, shape.size());
    }

    @Override
    public ReadRows read(List<JsonlFile> files, RowRenderer renderer, DataSettings data, ReadingListener listener) {
        PromptDataset prompts = PromptDataset.read(
                files,
                renderer.tokenizer(),
                renderer.templateFor(files.get(0).path().toString()),
                shape.of(learned),
                data.maxTokens(),
                data.onOverflow(),
                listener);
        List<String> description = new ArrayList<>();
        description.add(String.format(Locale.ROOT, "%,d prompts", prompts.count()));
        ReadRows.overflow(prompts.dropped(), "prompts", data.onOverflow(), data).forEach(description::add);
        return new ReadRows(prompts, description);
    }

    @Override
    public boolean isSampled() {
        return true;
    }

    @Override
    public int trainedRows() {
        return shape.size();
    }

    /** Rules are about replies, which prompts have none of. */
    @Override
    public List<RowRule> guards(RowContext context) {
        return List.of();
    }

    @Override
    public List<RowRule> checks(RowContext context) {
        return List.of();
    }
}
