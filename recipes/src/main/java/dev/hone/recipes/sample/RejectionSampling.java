package dev.hone.recipes.sample;

import dev.hone.data.row.JsonlFile;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.run.RunObserver;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.Sample;
import dev.hone.rollout.TaskSampler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rejection sampling: a model answers each task of a file several times, a reward scores the answers, and the best are kept as rows
 * to train on. With one greedy answer of each task it is an evaluation.
 *
 * @param samples each task's samples, in order
 * @param kept each task's kept samples, all of which the model ended; empty lists where none was good enough
 */
public record RejectionSampling(List<List<Sample>> samples, List<List<Sample>> kept) {
    /** Tasks whose samples are generated together. */
    private static final int WAVE = 16;

    /**
     * How to sample.
     *
     * @param each samples of a task
     * @param maxTokens the longest sample
     */
    public record SamplePlan(int each, Sampling sampling, int maxTokens, BestOf best) {
        /** One greedy answer of each task. */
        public static SamplePlan greedy(int maxTokens) {
            return new SamplePlan(1, Sampling.greedy(), maxTokens, new BestOf(1, 1));
        }
    }

    /** Answers every task of a file; stops early, with what it has, when the observer asks. */
    public static RejectionSampling draw(
            LoadedModel model, Path file, Reward reward, SamplePlan plan, RunObserver observer) {
        JsonlFile rows = JsonlFile.open(file);
        TaskSampler sampler = new TaskSampler(model, reward, plan.each(), plan.sampling(), plan.maxTokens());
        List<List<Sample>> samples = new ArrayList<>();
        long tokens = 0;
        try (RunObserver.Work work = observer.begin("sampling", "tok", rows.rows(), 0)) {
            for (int from = 0; from < rows.rows() && !observer.getAsBoolean(); from += WAVE) {
                List<Task> tasks = new ArrayList<>();
                for (int row = from; row < Math.min(rows.rows(), from + WAVE); row++) {
                    tasks.add(Task.read(rows, row));
                }
                Optional<List<List<Sample>>> wave =
                        sampler.sample(tasks, WAVE * plan.each(), row -> rows.place(Math.toIntExact(row)), observer);
                if (wave.isEmpty()) {
                    break;
                }
                samples.addAll(wave.get());
                tokens += tokens(wave.get());
                work.report(samples.size(), tokens, String.format(Locale.ROOT, "mean reward %.3f", mean(samples)));
            }
        }
        return new RejectionSampling(
                samples,
                samples.stream()
                        .map(of -> plan.best()
                                .choose(of.stream().filter(Sample::isWhole).toList()))
                        .toList());
    }

    /** The results in one line. */
    public String describe() {
        int each = samples.isEmpty() ? 0 : samples.get(0).size();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d tasks, %d answers each: mean reward %.3f, best of %d %.3f",
                samples.size(),
                each,
                meanReward(),
                each,
                bestOfN()));
        boolean graded = judged(samples).allMatch(sample -> sample.score() >= 0 && sample.score() <= 1);
        for (int k = 1; graded && k <= each; k *= 2) { // scores on another scale have no pass mark
            text.append(String.format(Locale.ROOT, ", pass@%d %.3f", k, passAt(k)));
        }
        if (cutOff() > 0) {
            text.append(
                    String.format(Locale.ROOT, "; %,d answers were cut off by max-tokens and are not kept", cutOff()));
        }
        if (unjudged() > 0) {
            text.append(String.format(
                    Locale.ROOT, "; of %,d answers the reward has no judgement, and they are left out", unjudged()));
        }
        return text.toString();
    }

    /** The number of samples of which the reward has no judgement, which are neither kept nor counted. */
    public long unjudged() {
        return samples.stream()
                .flatMap(List::stream)
                .filter(sample -> !sample.isJudged())
                .count();
    }

    private static Stream<Sample> judged(List<List<Sample>> samples) {
        return samples.stream().flatMap(List::stream).filter(Sample::isJudged);
    }

    /** Tasks whose first sample has a full score. */
    public long right() {
        return samples.stream().filter(of -> of.get(0).isRight()).count();
    }

    /** The number of samples that did not come to an end, which are neither kept nor paired. */
    public long cutOff() {
        return samples.stream()
                .flatMap(List::stream)
                .filter(sample -> !sample.isWhole())
                .count();
    }

    /** The number of samples that are kept, of all tasks together. */
    public long keptSamples() {
        return kept.stream().mapToLong(List::size).sum();
    }

    /** Generated tokens of all samples. */
    public long tokens() {
        return tokens(samples);
    }

    /** The mean score of all samples that have one. */
    public double meanReward() {
        return mean(samples);
    }

    /** The mean over tasks of the best score among their samples. */
    public double bestOfN() {
        return samples.stream()
                .filter(of -> of.stream().anyMatch(Sample::isJudged))
                .mapToDouble(of -> of.stream()
                        .filter(Sample::isJudged)
                        .mapToDouble(Sample::score)
                        .max()
                        .orElse(0))
                .average()
                .orElse(0);
    }

    /** The estimated share of tasks of which one of k samples has a full score, of those with k scores. */
    public double passAt(int k) {
        return samples.stream()
                .map(of -> of.stream().filter(Sample::isJudged).toList())
                .filter(judged -> judged.size() >= k)
                .mapToDouble(judged -> BestOf.passAtK(
                        judged.size(),
                        (int) judged.stream().filter(Sample::isRight).count(),
                        k))
                .average()
                .orElse(0);
    }

    private static long tokens(List<List<Sample>> samples) {
        return samples.stream()
                .flatMap(List::stream)
                .mapToLong(sample -> sample.completion().ids().length)
                .sum();
    }

    private static double mean(List<List<Sample>> samples) {
        return judged(samples).mapToDouble(Sample::score).average().orElse(0);
    }
}
