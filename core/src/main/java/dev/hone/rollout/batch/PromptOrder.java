package dev.hone.rollout.batch;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Subset;
import dev.hone.data.loader.EpochLoader;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** Which prompts each step samples completions of. */
@FunctionalInterface
public interface PromptOrder {
    /** The prompts of a step, from 0. */
    List<PromptDataset.Prompt> prompts(long step);

    /**
     * The order that a loader gives prompts.
     *
     * @param rows what it loads: prompts, or a part of them
     */
    static PromptOrder of(EpochLoader loader, Dataset rows) {
        IntFunction<PromptDataset.Prompt> prompt = of(rows);
        return step -> Arrays.stream(loader.rowNumbers(step)).mapToObj(prompt).toList();
    }

    /** The prompts behind the rows of a dataset of prompts, or of a part of one. */
    static IntFunction<PromptDataset.Prompt> of(Dataset rows) {
        if (rows instanceof PromptDataset prompts) {
            return prompts::prompt;
        }
        if (rows instanceof Subset part && part.all() instanceof PromptDataset prompts) {
            int[] numbers = part.rows().toArray();
            return row -> prompts.prompt(numbers[row]);
        }
        throw new IllegalArgumentException("rows are no prompts");
    }
}
