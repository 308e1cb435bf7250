package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.Dpo;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.PromptData;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.rollout.batch.Credit;
import dev.hone.rollout.batch.PairCredit;

/**
 * Online DPO: the best and the worst completion of each prompt, as the rewards judge them, are a pair; see {@link Dpo} and {@link
 * PairCredit}. The reference is the initial policy.
 *
 * @param passes how often the pairs of a step are learned from
 */
@Kind("online-dpo")
public record OnlineDpoSettings(
        @Flattened Dpo objective,
        @Flattened PairCredit pairs,
        @Default("1") int passes) implements SampledMethod {
    public OnlineDpoSettings {
        SampledMethod.requirePasses(passes);
    }

    @Override
    public boolean comparesRewards() {
        return true;
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        return pairs;
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }

    /** Two of a group are learned from. */
    @Override
    public DataKind data(DataSettings data, RolloutSettings rollout) {
        return data.rollouts() == null ? new PromptData(rollout.shape(), 2) : SampledMethod.super.data(data, rollout);
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        return new Prepared(objective, rows, run.reference(), null, Prepared.Sampled.of(credit(run.rewards()), passes));
    }
}
