package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.rollout.Advantage;
import dev.hone.rollout.batch.AdvantageCredit;
import dev.hone.rollout.batch.RolloutGroup;
import java.util.List;

/**
 * What the reward of a rollout is compared with, and in which unit; see {@link Advantage}.
 *
 * @param scale of the difference to a group's mean
 */
public record GroupAdvantages(
        @Default("group") Baseline advantage,
        @Default("none") Advantage.Scale scale) {
    /** What a reward is compared with. */
    public enum Baseline {
        /** The mean of its group. */
        GROUP,
        /** The mean of the others in its group. */
        LEAVE_ONE_OUT,
        /** The mean of its group, which it is divided by too (MaxRL). */
        MAX_RL,
        /** The mean of its group, each of several rewards in its own unit (GDPO). */
        APART
    }

    public GroupAdvantages {
        require(
                advantage == Baseline.GROUP || scale == Advantage.Scale.NONE,
                "scale (%s) has no effect on advantage: %s, which has a scale of its own; leave it out",
                scale,
                advantage);
    }

    /**
     * The advantages of an update's rollouts.
     *
     * @param rewards whose weights count where they are normalised apart
     */
    AdvantageCredit.Estimator estimator(RewardTerms rewards) {
        return switch (advantage) {
            case GROUP -> groups -> Advantage.ofGroups(totals(groups), scale);
            case LEAVE_ONE_OUT -> groups -> Advantage.leaveOneOut(totals(groups));
            case MAX_RL -> groups -> Advantage.overMean(totals(groups));
            case APART -> groups -> apart(groups, rewards);
        };
    }

    private static List<double[]> totals(List<RolloutGroup> groups) {
        return groups.stream().map(RolloutGroup::rewards).toList();
    }

    private static List<double[]> apart(List<RolloutGroup> groups, RewardTerms rewards) {
        double[] weights =
                rewards.rewards().stream().mapToDouble(term -> term.weight()).toArray();
        List<List<double[]>> parts = rewards.rewards().stream()
                .map(term ->
                        groups.stream().map(group -> group.parts(term.title())).toList())
                .toList();
        return Advantage.ofSeveral(parts, weights);
    }
}
