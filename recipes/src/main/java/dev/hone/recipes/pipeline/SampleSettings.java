package dev.hone.recipes.pipeline;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.files.HubCache;
import dev.hone.generate.Sampling;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.rollout.BestOf;
import dev.hone.tensor.ComputeType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a stage samples: the options of {@code ./hone sample} with their defaults. See {@link RejectionSampling} and {@link Sampling}.
 *
 * @param answer the column of the tasks with the right answer
 * @param completions answers to each task
 * @param keep answers kept of each task at most
 * @param threshold the least score that is kept
 */
public record SampleSettings(
        Path model,
        @Nullable Path adapter,
        Path tasks,
        RewardChoice reward,
        @Default("answer") String answer,
        @Default("8") int completions,
        @Default("1") int keep,
        @Default("1.0") double threshold,
        @Default("0.7") double temperature,
        @Default("0") int topK,
        @Default("0.95") double topP,
        @Default("0.0") double minP,
        @Default("1.0") double repetitionPenalty,
        @Default("42") long seed,
        @Default("256") int maxTokens,
        @Default("auto") String template,
        @Default("auto") ComputeType compute) {
    public SampleSettings {
        model = HubCache.resolve(model);
        adapter = adapter == null ? null : HubCache.resolve(adapter);
        require(completions > 0, "completions (%d) must be positive", completions);
        requireAtMost("completions", completions, 100_000);
        require(keep > 0, "keep (%d) must be positive", keep);
        requireAtMost("keep", keep, 100_000);
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        requireAtMost("maxTokens", maxTokens, 1 << 24);
        new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed); // checks them
    }

    RejectionSampling.SamplePlan plan() {
        return new RejectionSampling.SamplePlan(
                completions,
                new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed),
                maxTokens,
                new BestOf(keep, threshold));
    }
}
