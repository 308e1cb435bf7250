package dev.hone.recipes.prepare;

import dev.hone.generate.Completion;
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

    private RunSampler(RunPolicy policy, GroupSampler single, @Nullable ToolSampler several) {
        this.policy = policy;
        this.single = single;
        this.several = several;
    }

    /** Opens the tools that settings name. */
    static RunSampler open(RolloutSettings settings, RunPolicy policy) {
        GroupSampler single = new GroupSampler(settings.shape(), settings.temperature(), settings.slots());
        ToolsChoice choice = settings.tools();
        if (choice == null) {
            return new RunSampler(policy, single, null);
        }
        NextTurn next =
                NextTurn.of(policy.template(), policy.tokenizer(), policy.view().stopTokens());
        Tools tools = choice.open();
        return new RunSampler(policy, single, new ToolSampler(single, tools, next, settings.turns()));
    }

    /** The completions of each prompt. */
    List<List<Episode>> sample(List<Prompt> prompts, long seed, BooleanSupplier stop) {
        return several == null
                ? episodes(single.sample(policy.view(), policy.policy().workers(), ids(prompts), seed, stop))
                : several.sample(policy.view(), policy.policy().workers(), prompts, seed, stop);
    }

    /** One completion of each prompt, of the likeliest tokens. */
    List<List<Episode>> greedy(List<Prompt> prompts, BooleanSupplier stop) {
        return several == null
                ? episodes(single.greedy(policy.view(), policy.policy().workers(), ids(prompts), stop))
                : several.greedy(policy.view(), policy.policy().workers(), prompts, stop);
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
