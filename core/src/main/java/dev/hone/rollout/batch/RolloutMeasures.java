package dev.hone.rollout.batch;

import dev.hone.reward.shape.LengthCorrelation;
import dev.hone.reward.shape.RepetitionReward;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What is worth knowing of the rollouts of a step, by the names in {@code metrics.jsonl}. */
final class RolloutMeasures {
    /** Tokens of the n-grams that may repeat themselves. */
    private static final int REPEATED = 3;

    private final List<RolloutGroup> groups;
    private final Map<String, Double> measures = new LinkedHashMap<>();

    private RolloutMeasures(List<RolloutGroup> groups) {
        this.groups = groups;
    }

    static Map<String, Double> of(List<RolloutGroup> groups, Credit.CreditedRows learned) {
        RolloutMeasures of = new RolloutMeasures(
                groups.stream().map(RolloutMeasures::withoutHints).toList());
        of.measure();
        of.measures.putAll(learned.measures());
        return of.measures;
    }

    /** What was shown the answer says nothing of the policy. */
    private static RolloutGroup withoutHints(RolloutGroup group) {
        List<Rollout> own =
                group.rollouts().stream().filter(rollout -> !rollout.hinted()).toList();
        return own.size() == group.size() || own.isEmpty() ? group : group.with(own);
    }

    private void measure() {
        put("reward", mean(rollout -> rollout.score().reward()));
        put("reward-deviation", deviation());
        Set<String> names = new LinkedHashSet<>();
        groups.forEach(group -> group.rollouts()
                .forEach(rollout -> names.addAll(rollout.score().parts().keySet())));
        if (names.size() > 1) {
            names.forEach(name -> put(
                    "reward/" + name, mean(rollout -> rollout.score().parts().getOrDefault(name, Double.NaN))));
        }
        put("unjudged", mean(rollout -> rollout.score().isJudged() ? 0 : 1));
        put(
                "advantage-zero-groups",
                groups.stream().filter(RolloutGroup::isEven).count() / (double) groups.size());
        put("completion-tokens", mean(Rollout::sampledTokens));
        if (groups.stream().flatMap(group -> group.rollouts().stream()).anyMatch(Rollout::hasContext)) {
            put("turns", mean(Rollout::turns));
        }
        put("cut", mean(rollout -> rollout.isCut() ? 1 : 0));
        put("reward-length", LengthCorrelation.of(rewards(), lengths()));
        put("repetition", mean(rollout -> RepetitionReward.repeated(rollout.completion(), REPEATED)));
        put("entropy", mean(RolloutMeasures::entropy));
    }

    private void put(String name, double value) {
        if (!Double.isNaN(value)) {
            measures.put(name, value);
        }
    }

    /** The mean of what is known. */
    private double mean(ToDoubleFunction<Rollout> of) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .mapToDouble(of)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    private List<double[]> rewards() {
        return groups.stream().map(RolloutGroup::rewards).toList();
    }

    private List<int[]> lengths() {
        return groups.stream()
                .map(group -> group.rollouts().stream()
                        .mapToInt(Rollout::sampledTokens)
                        .toArray())
                .toList();
    }

    /** The standard deviation within groups. */
    private double deviation() {
        double squares = 0;
        int degrees = 0;
        for (RolloutGroup group : groups) {
            double[] judged = Arrays.stream(group.rewards())
                    .filter(reward -> !Double.isNaN(reward))
                    .toArray();
            double mean = Arrays.stream(judged).average().orElse(0);
            for (double reward : judged) {
                squares += (reward - mean) * (reward - mean);
            }
            degrees += Math.max(0, judged.length - 1);
        }
        return degrees == 0 ? Double.NaN : Math.sqrt(squares / degrees);
    }

    /** The mean of −log p of its tokens: of what the policy samples itself an estimate of its entropy. */
    private static double entropy(Rollout rollout) {
        double sum = 0;
        for (float log : rollout.logProbabilities()) {
            sum -= log;
        }
        return sum / rollout.sampledTokens();
    }
}
