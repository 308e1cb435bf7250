package dev.hone.recipes.run;

import static dev.hone.error.Require.require;

import dev.hone.recipes.alarm.AlarmSettings;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.method.SampledMethod;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.recipes.settings.TrainingSettings;
import org.jspecify.annotations.Nullable;

/** What {@code rewards}, {@code rollout} and {@code alarms} have to do with the rest of a run's file. */
record RolloutRules(
        Method method, DataSettings data, @Nullable AdapterSettings adapter, TrainingSettings training) {
    /**
     * Refuses groups without effect, and runs that lack one.
     *
     * @throws IllegalArgumentException with the setting and what to do about it
     */
    void check(RewardTerms rewards, RolloutSettings rollout, AlarmSettings alarms) {
        if (method instanceof SampledMethod sampled) {
            if (data.rollouts() == null) {
                sampled(sampled, rewards, rollout);
            } else {
                require(
                        rewards.isEmpty() && rollout.equals(RolloutSettings.usual()),
                        "rewards and rollout have no effect on recorded rollouts, which have been sampled and judged; leave"
                                + " them out");
            }
        } else {
            nothingSampled(rewards, rollout, alarms);
        }
    }

    private void nothingSampled(RewardTerms rewards, RolloutSettings rollout, AlarmSettings alarms) {
        require(
                rewards.isEmpty(),
                "rewards have no effect on method: %s, which learns from rows as they are; leave them out",
                method.label());
        require(
                rollout.equals(RolloutSettings.usual()),
                "rollout has no effect on method: %s, which samples nothing; leave it out",
                method.label());
        require(
                alarms.equals(AlarmSettings.usual()),
                "alarms have no effect on method: %s, which samples nothing; leave them out",
                method.label());
        require(
                data.rollouts() == null,
                "data.rollouts (%s) are for methods that learn from a policy's samples, such as grpo; method: %s trains on"
                        + " data.train",
                data.rollouts(),
                method.label());
    }

    private void sampled(SampledMethod sampled, RewardTerms rewards, RolloutSettings rollout) {
        require(
                !sampled.needsRewards() || !rewards.isEmpty(),
                "method: %s needs rewards that judge its samples, such as rewards: exact, or rewards: [{kind: numeric}]",
                method.label());
        rewards.rewards().stream()
                .filter(term -> sampled.needsPositiveRewards() && term.canBeNegative())
                .findFirst()
                .ifPresent(term -> {
                    throw new IllegalArgumentException(
                            "rewards: " + term.title() + " (" + term.kind().name() + ", weight "
                                    + term.weight()
                                    + ") can be below 0, and advantage: max-rl divides by the mean of rewards that are 0"
                                    + " or more; leave it out, or choose advantage: group");
                });
        require(
                rollout.resampleEvenGroups() == 0 || sampled.comparesRewards(),
                "rollout.resample-even-groups has no effect on method: %s, which learns from groups of one reward too; leave it"
                        + " out",
                method.label());
        int rows = training.batch().rowsPerStep();
        require(
                rows % rollout.groupSize() == 0,
                "training.rows-per-step (%d) must be a multiple of rollout.group-size (%d), as a step learns from whole groups",
                rows,
                rollout.groupSize());
    }
}
