package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.recipes.settings.ToolsChoice;
import dev.hone.rollout.batch.Episode;
import dev.hone.rollout.batch.GroupSampler;
import dev.hone.rollout.batch.NextTurn;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.ToolSampler;
import dev.hone.rollout.tools.Tools;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Samples a run's completions, in one turn or with its tools between several. Tools are open until this is closed. */
final class RunSampler implements AutoCloseable {
    private final RunPolicy policy;
    private final GroupSampler single;
    private final @Nullable ToolSampler several; // null: there are no tools
    private final @Nullable LanguageModel packed; // null: the policy's own weights sample

    private RunSampler(
            RunPolicy policy, GroupSampler single, @Nullable ToolSampler several, @Nullable LanguageModel packed) {
        this.policy = policy;
        this.packed = packed;
        this.single = single;
        this.several = several;
    }

    /** Opens the tools that settings name, and the copy of the weights where one samples. */
    static RunSampler open(RolloutSettings settings, RunPolicy policy) {
        GroupSampler single = new GroupSampler(settings.shape(), settings.temperature(), settings.slots());
        LanguageModel packed = settings.weights() == RolloutSettings.SamplingWeights.PACKED
                ? Checkpoint.open(policy.origin()).model(WeightPlacement.packed(WeightFormat.BF16))
                : null;
        ToolsChoice choice = settings.tools();
        if (choice == null) {
            return new RunSampler(policy, single, null, packed);
        }
        NextTurn next =
                NextTurn.of(policy.template(), policy.tokenizer(), policy.view().stopTokens());
        Tools tools = choice.open();
        return new RunSampler(policy, single, new ToolSampler(single, tools, next, settings.turns()), packed);
    }

    /** The policy as it is, with the weights that sample. */
    private LoadedModel model() {
        LoadedModel own = policy.view();
        LanguageModel copy = packed;
        return copy == null
                ? own
                : new LoadedModel(copy, own.adapter(), own.tokenizer(), own.template(), own.stopTokens());
    }

    /** The completions of each prompt. */
    List<List<Episode>> sample(List<Prompt> prompts, long seed, BooleanSupplier stop) {
        return several == null
                ? episodes(single.sample(model(), policy.policy().workers(), ids(prompts), seed, stop))
                : several.sample(model(), policy.policy().workers(), prompts, seed, stop);
    }

    /** One completion of each prompt, of the likeliest tokens. */
    List<List<Episode>> greedy(List<Prompt> prompts, BooleanSupplier stop) {
        return several == null
                ? episodes(single.greedy(model(), policy.policy().workers(), ids(prompts), stop))
                : several.greedy(model(), policy.policy().workers(), prompts, stop);
    }

    private static List<List<Episode>> episodes(List<List<Completion>> completions) {
        return completions.stream()
                .map(group -> group.stream().map(Episode::of).toList())
                .toList();
    }

    private static List<int[]> ids(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::ids).toList();
    }

    @Override
    public void close() {
        if (several != null) {
            several.tools().close();
        }
    }
}
