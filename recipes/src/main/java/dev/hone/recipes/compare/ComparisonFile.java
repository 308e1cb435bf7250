package dev.hone.recipes.compare;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.files.HubCache;
import dev.hone.recipes.reward.RewardChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * A comparison as its YAML file describes it: one model, one task, three ways to it.
 *
 * @param train tasks with their right answers, to train on and to show as examples
 * @param cases held-out tasks
 * @param reward what an answer is scored by
 * @param answer the column with the right answer
 * @param maxTokens the longest answer
 * @param shots examples in the prompt, one contestant each
 * @param steps updates, one contestant each for fine-tuning and from scratch
 * @param rowsPerStep tasks that make an update
 * @param fineTuningRate learning rate of a LoRA of rank 16 on all linears
 * @param blankRate learning rate of all weights, from scratch
 */
public record ComparisonFile(
        Path model,
        Path output,
        Path train,
        Path cases,
        @Default("exact") RewardChoice reward,
        @Default("answer") String answer,
        @Default("64") int maxTokens,
        @Default("[0, 1, 2, 4, 8]") List<Integer> shots,
        @Default("[25, 50, 100, 200]") List<Integer> steps,
        @Default("16") int rowsPerStep,
        @Default("2.0e-4") double fineTuningRate,
        @Default("1.0e-3") double blankRate,
        @Default("42") long seed) {
    public ComparisonFile {
        model = HubCache.resolve(model);
        shots = List.copyOf(shots);
        steps = List.copyOf(steps);
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        requireAtMost("maxTokens", maxTokens, 1 << 24);
        require(rowsPerStep > 0, "rowsPerStep (%d) must be positive", rowsPerStep);
        requireAtMost("rowsPerStep", rowsPerStep, 1 << 20);
        require(fineTuningRate > 0, "fineTuningRate (%s) must be positive", fineTuningRate);
        requireAtMost("fineTuningRate", fineTuningRate, 100);
        require(blankRate > 0, "blankRate (%s) must be positive", blankRate);
        requireAtMost("blankRate", blankRate, 100);
        require(shots.stream().allMatch(k -> k >= 0), "shots (%s) must not be negative", shots);
        shots.forEach(k -> requireAtMost("shots", k, 10_000));
        require(steps.stream().allMatch(n -> n > 0), "steps (%s) must be positive", steps);
        steps.forEach(n -> requireAtMost("steps", n, 1e8));
        require(!shots.isEmpty() || !steps.isEmpty(), "shots and steps name no contestant");
    }

    /** Reads a file strictly; every problem is reported at once. */
    public static Configured<ComparisonFile> read(Settings settings) {
        return settings.bind(ComparisonFile.class);
    }
}
