package dev.hone.recipes.method;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.Rloo;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.rollout.Advantage;
import dev.hone.rollout.batch.AdvantageCredit;
import dev.hone.rollout.batch.Credit;
import dev.hone.rollout.batch.RolloutGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * REINFORCE leave-one-out; see {@link Rloo}. The pull to the reference is part of the reward.
 *
 * @param beta what the distance to the reference costs, in units of the reward per nat; 0: no reference is needed
 * @param normalise whether advantages are given mean 0 and deviation 1 over a step
 * @param maskTruncated whether completions that were cut off teach nothing
 * @param passes how often the rollouts of a step are learned from
 */
@Kind("rloo")
public record RlooSettings(
        @Flattened Rloo objective,
        @Default("0.0") double beta,
        @Default("false") boolean normalise,
        @Default("true") boolean maskTruncated,
        @Default("1") int passes)
        implements SampledMethod {
    public RlooSettings {
        require(beta >= 0, "beta (%s) must not be negative", beta);
        requireAtMost("beta", beta, 1e6);
        SampledMethod.requirePasses(passes);
    }

    @Override
    public boolean comparesRewards() {
        return true;
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        return new AdvantageCredit(this::advantages, maskTruncated, beta == 0 && !normalise);
    }

    private List<double[]> advantages(List<RolloutGroup> groups) {
        List<double[]> rewards = new ArrayList<>();
        for (RolloutGroup group : groups) {
            rewards.add(beta == 0 ? group.rewards() : group.rewardsLessDistance(beta));
        }
        return normalise ? Advantage.normalisedLeaveOneOut(rewards) : Advantage.leaveOneOut(rewards);
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        Prepared.Sampled sampled = Prepared.Sampled.of(credit(run.rewards()), passes);
        return Prepared.sampled(objective, rows, beta == 0 ? sampled : sampled.scoredBy(run.referenceScores()));
    }
}
