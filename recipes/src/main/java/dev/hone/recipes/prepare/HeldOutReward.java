package dev.hone.recipes.prepare;

import dev.hone.data.dataset.Dataset;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.reward.GroupScores;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.batch.PromptOrder;
import dev.hone.train.Validation;
import dev.hone.train.ValidationResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The mean reward of one greedy completion of each held-out prompt, with its 95 % interval: Wilson's where every reward is 0 or 1, else
 * a bootstrap. Completions that no reward judged are left out. A reward that is only watched has an interval of its own, by which an
 * alarm sees it fall.
 */
public final class HeldOutReward implements Validation {
    public static final String NAME = "reward";

    private final RunRollouts rollouts;
    private final List<Prompt> prompts;
    private final Set<String> watched;
    private final long seed;

    /**
     * @param watched rewards of weight 0, by their titles
     */
    HeldOutReward(RunRollouts rollouts, Dataset heldOut, Set<String> watched, long seed) {
        IntFunction<Prompt> prompt = PromptOrder.of(heldOut);
        this.rollouts = rollouts;
        this.prompts = IntStream.range(0, heldOut.count()).mapToObj(prompt).toList();
        this.watched = Set.copyOf(watched);
        this.seed = seed;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Direction direction() {
        return Direction.HIGHER_IS_BETTER;
    }

    @Override
    public ValidationResult measure(BooleanSupplier stop) {
        List<GroupScores> scores = rollouts.greedy(prompts, stop);
        double[] rewards = scores.stream()
                .mapToDouble(score -> score.totals()[0])
                .filter(reward -> !Double.isNaN(reward))
                .toArray();
        Map<String, Double> beside = new LinkedHashMap<>();
        if (rewards.length > 0) {
            Interval interval = interval(rewards);
            beside.put("low", interval.low());
            beside.put("high", interval.high());
        }
        parts(scores, beside);
        return new ValidationResult(NAME, Arrays.stream(rewards).average().orElse(Double.NaN), beside);
    }

    private Interval interval(double[] rewards) {
        boolean isShare = Arrays.stream(rewards).allMatch(reward -> reward == 0 || reward == 1);
        if (isShare) {
            return Intervals.wilson(
                    Arrays.stream(rewards).filter(reward -> reward == 1).count(), rewards.length);
        }
        double[] weights = new double[rewards.length];
        Arrays.fill(weights, 1);
        return Intervals.bootstrap(rewards, weights, seed);
    }

    /** The mean of each reward, where there are several. */
    private void parts(List<GroupScores> scores, Map<String, Double> beside) {
        int count = scores.isEmpty() ? 0 : scores.get(0).parts().size();
        for (int part = 0; count > 1 && part < count; part++) {
            int at = part;
            double[] judged = scores.stream()
                    .mapToDouble(score -> score.parts().get(at).scores()[0])
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            if (judged.length == 0) {
                continue;
            }
            String title = scores.get(0).parts().get(at).name();
            beside.put("part/" + title, Arrays.stream(judged).average().orElseThrow());
            if (watched.contains(title)) {
                Interval interval = interval(judged);
                beside.put("part/" + title + "/low", interval.low());
                beside.put("part/" + title + "/high", interval.high());
            }
        }
    }
}
