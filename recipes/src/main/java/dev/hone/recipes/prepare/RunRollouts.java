package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepLimit;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.method.Prepared;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.rollout.GroupScores;
import dev.hone.rollout.Unjudged;
import dev.hone.rollout.WeightedRewards;
import dev.hone.rollout.batch.GroupSampler;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.PromptOrder;
import dev.hone.rollout.batch.Resampling;
import dev.hone.rollout.batch.Rollout;
import dev.hone.rollout.batch.RolloutGroup;
import dev.hone.rollout.batch.Rollouts;
import dev.hone.rollout.shape.OpenedReward;
import dev.hone.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Samples completions with a run's policy as it is, and lets the run's rewards judge them. Rewards are open until this is closed. For use
 * by one thread.
 */
public final class RunRollouts implements Rollouts.RolloutSource, AutoCloseable {
    private final RunFile file;
    private final RunPolicy policy;
    private final RunObserver observer;
    private final Prepared.Sampled sampled;
    private final @Nullable WeightedRewards rewards; // null: nothing is judged
    private final @Nullable LanguageModel packed; // null: the policy's own weights sample

    private RunRollouts(
            RunFile file,
            RunPolicy policy,
            RunObserver observer,
            Prepared.Sampled sampled,
            @Nullable WeightedRewards rewards) {
        this.file = file;
        this.policy = policy;
        this.observer = observer;
        this.sampled = sampled;
        this.rewards = rewards;
        this.packed = file.rollout().weights() == RolloutSettings.SamplingWeights.PACKED
                ? Checkpoint.open(file.model()).model(WeightPlacement.packed(WeightFormat.BF16))
                : null;
    }

    /** Opens the rewards that a run's file names. */
    static RunRollouts open(RunFile file, RunPolicy policy, Prepared.Sampled sampled, RunObserver observer) {
        RewardTerms rewards = file.rewards();
        return new RunRollouts(
                file,
                policy,
                observer,
                sampled,
                rewards.isEmpty() ? null : rewards.open(OpenedReward.openingOf(policy.template())));
    }

    /**
     * What a run learns from, step by step.
     *
     * @param folder in which rollouts are written, one file a cycle
     */
    BatchSource source(OfflineSource loader, RunDatasets rows, Path folder) {
        RolloutSettings settings = file.rollout();
        return new Rollouts(
                loader.steps(),
                PromptOrder.of(epochs(loader), rows.own().training()),
                this,
                resampling(settings, rows.own().training()),
                sampled.credit(),
                new Rollouts.CycleShape(settings.steps(), sampled.passes()),
                RunDatasets.shape(file),
                policy.policy().model().config().vocabulary(),
                step -> folder.resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step)));
    }

    private static Resampling resampling(RolloutSettings settings, Dataset training) {
        if (settings.resampleEvenGroups() == 0) {
            return Resampling.none();
        }
        List<Prompt> prompts = IntStream.range(0, training.count())
                .mapToObj(PromptOrder.of(training))
                .toList();
        return new Resampling(settings.resampleEvenGroups(), prompts);
    }

    private static EpochLoader epochs(OfflineSource loader) {
        return loader instanceof StepLimit limit ? epochs(limit.source()) : (EpochLoader) loader;
    }

    @Override
    public Rollouts.Sampled sample(List<Prompt> prompts, long seed, long version) {
        long started = System.nanoTime();
        List<List<Completion>> completions =
                sampler(file.rollout()).sample(model(), workers(), ids(prompts), seed, observer);
        long made = System.nanoTime();
        List<RolloutGroup> groups = judged(prompts, completions, version);
        long judged = System.nanoTime();
        List<RolloutGroup> scored = new RolloutScoring(file, policy, sampled, observer).of(prompts, groups);
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("seconds/sampling", (made - started) / 1e9);
        seconds.put("seconds/judging", (judged - made) / 1e9);
        if (scored != groups) {
            seconds.put("seconds/scoring", (System.nanoTime() - judged) / 1e9);
        }
        return new Rollouts.Sampled(scored, seconds);
    }

    private GroupSampler sampler(RolloutSettings settings) {
        return new GroupSampler(settings.shape(), settings.temperature(), settings.slots());
    }

    /** The policy as it is, with the weights that sample. */
    private LoadedModel model() {
        LoadedModel own = policy.view();
        LanguageModel copy = packed;
        return copy == null
                ? own
                : new LoadedModel(copy, own.adapter(), own.tokenizer(), own.template(), own.stopTokens());
    }

    private Workers workers() {
        return policy.policy().workers();
    }

    private static List<int[]> ids(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::ids).toList();
    }

    private List<RolloutGroup> judged(List<Prompt> prompts, List<List<Completion>> completions, long version) {
        List<RolloutGroup> groups = new ArrayList<>();
        List<Unjudged> unjudged = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            Prompt prompt = prompts.get(p);
            GroupScores scores = scores(prompt, completions.get(p));
            if (scores != null) {
                unjudged.addAll(scores.unjudged());
            }
            List<Rollout> rollouts = new ArrayList<>();
            for (int i = 0; i < completions.get(p).size(); i++) {
                rollouts.add(Rollout.of(prompt.ids(), completions.get(p).get(i), score(scores, i), version));
            }
            groups.add(new RolloutGroup(
                    prompt.task().row() + "-" + p, prompt.place(), rollouts)); // a prompt may come twice
        }
        report(unjudged, prompts, completions);
        return groups;
    }

    private void report(List<Unjudged> unjudged, List<Prompt> prompts, List<List<Completion>> completions) {
        Map<Long, String> places = new LinkedHashMap<>();
        prompts.forEach(prompt -> places.put(prompt.task().row(), prompt.place()));
        long count = completions.stream().mapToLong(List::size).sum();
        List<Unjudged> failed = unjudged.stream().filter(Unjudged::isFailure).toList();
        Unjudged.describe(failed, count, row -> places.getOrDefault(row, "row " + row))
                .forEach(observer::say);
    }

    /**
     * The scores of the completions of one prompt; null where nothing judges.
     *
     * @throws DataException with its place if it lacks what a reward needs
     */
    private @Nullable GroupScores scores(Prompt prompt, List<Completion> completions) {
        if (rewards == null) {
            return null;
        }
        try {
            return rewards.score(prompt.task(), completions);
        } catch (IllegalArgumentException e) {
            throw DataException.at(prompt.place(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Rollout.Score score(@Nullable GroupScores scores, int sample) {
        if (scores == null) {
            return Rollout.Score.of(Double.NaN);
        }
        Map<String, Double> parts = new LinkedHashMap<>();
        scores.parts().forEach(part -> parts.put(part.name(), part.scores()[sample]));
        return new Rollout.Score(scores.totals()[sample], parts);
    }

    /** One greedy completion of each prompt, judged. */
    List<GroupScores> greedy(List<Prompt> prompts, BooleanSupplier stop) {
        LoadedModel model = model();
        List<List<Completion>> completions = sampler(file.rollout()).greedy(model, workers(), ids(prompts), stop);
        List<GroupScores> scores = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            GroupScores found = scores(prompts.get(p), completions.get(p));
            if (found != null) {
                scores.add(found);
            }
        }
        return scores;
    }

    @Override
    public void close() {
        if (rewards != null) {
            rewards.close();
        }
    }
}
