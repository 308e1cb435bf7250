package dev.hone.recipes.prepare;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepLimit;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import dev.hone.recipes.method.Prepared;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.reward.GroupScores;
import dev.hone.reward.Unjudged;
import dev.hone.reward.WeightedRewards;
import dev.hone.reward.shape.OpenedReward;
import dev.hone.rollout.batch.Episode;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.PromptOrder;
import dev.hone.rollout.batch.Resampling;
import dev.hone.rollout.batch.Rollout;
import dev.hone.rollout.batch.RolloutGroup;
import dev.hone.rollout.batch.Rollouts;
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
    private final RunSampler sampler;
    private final @Nullable WeightedRewards rewards; // null: nothing is judged

    private RunRollouts(
            RunFile file,
            RunPolicy policy,
            RunObserver observer,
            Prepared.Sampled sampled,
            RunSampler sampler,
            @Nullable WeightedRewards rewards) {
        this.file = file;
        this.policy = policy;
        this.observer = observer;
        this.sampled = sampled;
        this.sampler = sampler;
        this.rewards = rewards;
    }

    /** Opens the rewards and the tools that a run's file names. */
    static RunRollouts open(RunFile file, RunPolicy policy, Prepared.Sampled sampled, RunObserver observer) {
        RewardTerms rewards = file.rewards();
        if (file.rollout().temperature() != 1) {
            observer.say("rollout.temperature " + file.rollout().temperature()
                    + ": completions come from a sharper or flatter policy than the one that is trained, whose log-probabilities are"
                    + " recorded; 1 samples from the policy itself");
        }
        RunSampler sampler = RunSampler.open(file.rollout(), policy);
        try {
            return new RunRollouts(
                    file,
                    policy,
                    observer,
                    sampled,
                    sampler,
                    rewards.isEmpty() ? null : rewards.open(OpenedReward.openingOf(policy.template())));
        } catch (RuntimeException e) {
            sampler.close();
            throw e;
        }
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
        List<List<Episode>> completions = sampler.sample(prompts, seed, observer);
        long made = System.nanoTime();
        List<RolloutGroup> groups = judged(prompts, completions, version);
        Double hintBelow = sampled.hintBelow();
        Map<String, Double> hints = new LinkedHashMap<>();
        if (hintBelow != null) {
            groups = hinted(prompts, groups, hintBelow, seed, version, hints);
        }
        long judged = System.nanoTime();
        List<RolloutGroup> scored = new RolloutScoring(file, policy, sampled, observer).of(prompts, groups);
        Map<String, Double> seconds = new LinkedHashMap<>(hints);
        seconds.put("seconds/sampling", (made - started) / 1e9);
        seconds.put("seconds/judging", (judged - made) / 1e9);
        if (scored != groups) {
            seconds.put("seconds/scoring", (System.nanoTime() - judged) / 1e9);
        }
        return new Rollouts.Sampled(scored, seconds);
    }

    /** The same groups, with completions that were shown the answer where none is right without: those of them that are right. */
    private List<RolloutGroup> hinted(
            List<Prompt> prompts,
            List<RolloutGroup> groups,
            double threshold,
            long seed,
            long version,
            Map<String, Double> measures) {
        int[] missed = IntStream.range(0, groups.size())
                .filter(g -> rightOf(groups.get(g), threshold).isEmpty())
                .toArray();
        List<Prompt> shown =
                IntStream.of(missed).mapToObj(g -> shown(prompts.get(g))).toList();
        List<List<Episode>> completions =
                sampler.sample(shown, Draw.of(seed, "hint").bits(0), observer);
        List<RolloutGroup> again = judged(shown, completions, version);
        List<RolloutGroup> all = new ArrayList<>(groups);
        int right = 0;
        for (int i = 0; i < missed.length; i++) {
            RolloutGroup group = groups.get(missed[i]);
            List<Rollout> rollouts = new ArrayList<>(group.rollouts());
            for (Rollout rollout : rightOf(again.get(i), threshold)) {
                rollouts.add(rollout.hintedFor(prompts.get(missed[i]).ids()));
                right++;
            }
            all.set(missed[i], group.with(rollouts));
        }
        measures.put("hinted-prompts", (double) missed.length);
        measures.put("hinted-right", (double) right);
        return all;
    }

    private static List<Rollout> rightOf(RolloutGroup group, double threshold) {
        return group.rollouts().stream()
                .filter(rollout -> rollout.score().reward() >= threshold && !rollout.isCut())
                .toList();
    }

    private Prompt shown(Prompt prompt) {
        try {
            return new Prompt(
                    prompt.task(), RolloutScoring.shown(policy, prompt.task()), prompt.file(), prompt.place());
        } catch (IllegalArgumentException e) {
            throw DataException.at(prompt.place(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<RolloutGroup> judged(List<Prompt> prompts, List<List<Episode>> completions, long version) {
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
                Episode episode = completions.get(p).get(i);
                boolean isWhole = episode.failure() == null;
                rollouts.add(Rollout.of(
                        prompt.ids(), episode, isWhole ? score(scores, i) : Rollout.Score.of(Double.NaN), version));
            }
            groups.add(new RolloutGroup(
                    prompt.task().row() + "-" + p, prompt.place(), rollouts)); // a prompt may come twice
        }
        report(unjudged, prompts, completions);
        reportTools(prompts, completions);
        return groups;
    }

    /** Says for how many completions tools failed, and how. */
    private void reportTools(List<Prompt> prompts, List<List<Episode>> completions) {
        String first = "";
        long failed = 0;
        for (int p = 0; p < prompts.size(); p++) {
            for (Episode episode : completions.get(p)) {
                if (episode.failure() != null) {
                    first = failed++ == 0 ? prompts.get(p).place() + ": " + episode.failure() : first;
                }
            }
        }
        if (failed > 0) {
            long count = completions.stream().mapToLong(List::size).sum();
            observer.say(String.format(
                    Locale.ROOT,
                    "tools: %,d of %,d completions ended without a reply and are left out; the first: %s",
                    failed,
                    count,
                    first));
        }
    }

    private void report(List<Unjudged> unjudged, List<Prompt> prompts, List<List<Episode>> completions) {
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
    private @Nullable GroupScores scores(Prompt prompt, List<Episode> completions) {
        if (rewards == null) {
            return null;
        }
        try {
            return rewards.score(
                    prompt.task(), completions.stream().map(Episode::completion).toList());
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
        List<List<Episode>> completions = sampler.greedy(prompts, stop);
        List<GroupScores> scores = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            GroupScores found = scores(prompts.get(p), completions.get(p));
            if (found != null && completions.get(p).get(0).failure() == null) {
                scores.add(found);
            }
        }
        return scores;
    }

    @Override
    public void close() {
        sampler.close();
        if (rewards != null) {
            rewards.close();
        }
    }
}
