package dev.hone.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * How much better than expected each completion of a step turned out, without a model of what to expect: a group, the completions of
 * one prompt, is its own yardstick. Pure functions.
 *
 * <p>Rewards come group by group. NaN is no judgement: such a reward enters no mean and no deviation, and its completion has advantage
 * 0. Deviations are of samples, n − 1; one of fewer than two rewards is 0.
 */
public final class Advantage {
    /** Added to every deviation, so that equal rewards are divided by something. */
    private static final double SMALL = 1e-4;

    private Advantage() {}

    /** What a difference to the group's mean is divided by. */
    public enum Scale {
        /** Nothing: groups count by how far their rewards lie apart (Liu et al., 2025). */
        NONE,
        /** The deviation of the group's rewards: hard and easy prompts count more (Shao et al., 2024). */
        GROUP,
        /** The deviation of all rewards of the step. */
        BATCH
    }

    /** {@code R − mean} of the group, scaled. */
    public static List<double[]> ofGroups(List<double[]> rewards, Scale scale) {
        double all = deviation(joined(rewards));
        return map(rewards, group -> {
            double mean = mean(group);
            double divisor = switch (scale) {
                case NONE -> 1;
                case GROUP -> deviation(group) + SMALL;
                case BATCH -> all + SMALL;
            };
            return each(group, reward -> (reward - mean) / divisor);
        });
    }

    /** {@code R −} the mean of the group's other rewards (RLOO: Ahmadian et al., 2024); a reward without others has advantage 0. */
    public static List<double[]> leaveOneOut(List<double[]> rewards) {
        return map(differences(rewards), group -> each(group, difference -> difference));
    }

    /** The same with mean 0 and deviation 1 over the step. */
    public static List<double[]> normalisedLeaveOneOut(List<double[]> rewards) {
        return normalised(differences(rewards));
    }

    /** What each reward differs by from the mean of the others; NaN where there is no judgement. */
    private static List<double[]> differences(List<double[]> rewards) {
        return map(rewards, group -> {
            double[] judged = judged(group);
            double sum = Arrays.stream(judged).sum();
            int others = judged.length - 1;
            return Arrays.stream(group)
                    .map(reward -> Double.isNaN(reward) || others > 0 ? reward - (sum - reward) / others : 0)
                    .toArray();
        });
    }

    /** Numbers of a step with mean 0 and deviation 1; 0 in place of NaN. */
    private static List<double[]> normalised(List<double[]> numbers) {
        double[] all = joined(numbers);
        double mean = mean(all);
        double divisor = deviation(all) + SMALL;
        return map(numbers, group -> each(group, number -> (number - mean) / divisor));
    }

    /**
     * Several rewards, each in units of its own deviation within a group, weighted, added, and then normalised over the step (GDPO:
     * Liu et al., 2026): none drowns another because its numbers are larger. A reward that has no judgement of a completion adds
     * nothing to it; a completion that none judges has advantage 0.
     *
     * @param rewards for each reward its groups; all have the same shape
     * @param weights one for each reward
     */
    public static List<double[]> ofSeveral(List<List<double[]>> rewards, double[] weights) {
        if (rewards.size() != weights.length || rewards.isEmpty()) {
            throw new IllegalArgumentException(weights.length + " weights for " + rewards.size() + " rewards");
        }
        List<double[]> sums = map(rewards.get(0), group -> nothing(group.length));
        for (int r = 0; r < weights.length; r++) {
            List<double[]> own = rewards.get(r);
            requireShape(own, sums, r);
            for (int g = 0; g < own.size(); g++) {
                double[] group = own.get(g);
                double mean = mean(group);
                double divisor = deviation(group) + SMALL;
                double[] sum = sums.get(g);
                for (int i = 0; i < group.length; i++) {
                    if (!Double.isNaN(group[i])) {
                        double score = weights[r] * (group[i] - mean) / divisor;
                        sum[i] = Double.isNaN(sum[i]) ? score : sum[i] + score;
                    }
                }
            }
        }
        return normalised(sums);
    }

    private static double[] nothing(int length) {
        double[] nothing = new double[length];
        Arrays.fill(nothing, Double.NaN);
        return nothing;
    }

    private static void requireShape(List<double[]> own, List<double[]> first, int number) {
        boolean same = own.size() == first.size();
        for (int g = 0; same && g < own.size(); g++) {
            same = own.get(g).length == first.get(g).length;
        }
        if (!same) {
            throw new IllegalArgumentException("reward " + number + " has other groups than reward 0");
        }
    }

    /**
     * {@code (R − mean) / mean} of the group (MaxRL: arXiv 2602.02710): towards the likelihood of being right rather than the share of it,
     * so that what is rarely solved counts most. A group whose mean is 0 has no advantages.
     *
     * @throws IllegalArgumentException for a negative reward, whose mean is no rate of success
     */
    public static List<double[]> overMean(List<double[]> rewards) {
        return map(rewards, group -> {
            double mean = mean(group);
            for (double reward : group) {
                if (reward < 0) {
                    throw new IllegalArgumentException("reward (" + reward
                            + ") is negative; advantages over the mean need rewards that are 0 or more");
                }
            }
            return each(group, reward -> mean == 0 ? 0 : (reward - mean) / mean);
        });
    }

    /**
     * What a teacher's judgement of each sampled token is worth: {@code ln p_teacher − ln μ}, which is positive where the teacher would
     * rather have said it (on-policy distillation: Agarwal et al., 2024). Its mean under μ is −KL(μ‖teacher).
     *
     * @param teacher log-probabilities of the tokens of a completion
     * @param sampled the same under the policy that sampled them
     */
    public static float[] towards(float[] teacher, float[] sampled) {
        if (teacher.length != sampled.length) {
            throw new IllegalArgumentException(
                    teacher.length + " log-probabilities of a teacher for " + sampled.length + " tokens");
        }
        float[] advantages = new float[sampled.length];
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] = teacher[i] - sampled[i];
        }
        return advantages;
    }

    /**
     * A completion's reward less its distance to the reference, {@code R − β·Σ(ln μ − ln ref)}: the pull to the reference as a part of
     * the reward (k1, whose gradient as a loss would vanish).
     */
    public static double lessDistance(double reward, double beta, float[] sampled, float[] reference) {
        double distance = 0;
        for (int i = 0; i < sampled.length; i++) {
            distance += sampled[i] - reference[i];
        }
        return reward - beta * distance;
    }

    /** Whether a group's rewards differ, so that it has something to teach. */
    public static boolean isUneven(double[] rewards) {
        double[] judged = judged(rewards);
        return Arrays.stream(judged).anyMatch(reward -> reward != judged[0]);
    }

    private interface GroupFunction {
        double[] of(double[] group);
    }

    private static List<double[]> map(List<double[]> groups, GroupFunction function) {
        List<double[]> mapped = new ArrayList<>();
        groups.forEach(group -> mapped.add(function.of(group)));
        return mapped;
    }

    private static double[] each(double[] group, DoubleUnaryOperator function) {
        return Arrays.stream(group)
                .map(reward -> Double.isNaN(reward) ? 0 : function.applyAsDouble(reward))
                .toArray();
    }

    private static double[] joined(List<double[]> groups) {
        return groups.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] judged(double[] rewards) {
        return Arrays.stream(rewards).filter(reward -> !Double.isNaN(reward)).toArray();
    }

    private static double mean(double[] rewards) {
        return DoubleStream.of(judged(rewards)).average().orElse(0);
    }

    private static double deviation(double[] rewards) {
        double[] judged = judged(rewards);
        if (judged.length < 2) {
            return 0;
        }
        double mean = mean(judged);
        double squares = Arrays.stream(judged).map(r -> (r - mean) * (r - mean)).sum();
        return Math.sqrt(squares / (judged.length - 1));
    }
}
