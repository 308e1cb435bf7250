package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.ClippedPolicy;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.rollout.batch.AdvantageCredit;
import dev.hone.rollout.batch.Credit;
import org.jspecify.annotations.Nullable;

/**
 * Group-relative policy optimisation and its kin; see {@link ClippedPolicy}.
 *
 * @param advantages what a reward is compared with
 * @param maskTruncated whether completions that were cut off teach nothing
 * @param passes how often the rollouts of a step are learned from
 */
@Kind("grpo")
public record GrpoSettings(
        @Flattened ClippedPolicy objective,
        @Flattened GroupAdvantages advantages,
        @Default("true") boolean maskTruncated,
        @Default("1") int passes)
        implements SampledMethod {
    public GrpoSettings {
        SampledMethod.requirePasses(passes);
    }

    @Override
    public boolean comparesRewards() {
        return true;
    }

    @Override
    public boolean needsPositiveRewards() {
        return advantages.advantage() == GroupAdvantages.Baseline.MAX_RL;
    }

    @Override
    public void check(DataSettings data, @Nullable AdapterSettings adapter) {
        SampledMethod.super.check(data, adapter);
        if (data.rollouts() != null && advantages.advantage() == GroupAdvantages.Baseline.APART) {
            throw new IllegalArgumentException(
                    "advantage: apart has no weights for the rewards of recorded rollouts (data.rollouts),"
                            + " whose sum is what was recorded; leave it out");
        }
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        boolean isPulled = objective.kl().beta() > 0;
        return new AdvantageCredit(advantages.estimator(rewards), maskTruncated, !isPulled);
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        return new Prepared(
                objective,
                rows,
                objective.kl().beta() > 0 ? run.reference() : null,
                null,
                Prepared.Sampled.of(credit(run.rewards()), passes));
    }
}
