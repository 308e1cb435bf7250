package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.NextToken;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.rollout.batch.Credit;
import dev.hone.rollout.batch.KeptCredit;

/**
 * Rejection sampling round after round: the best completions of each prompt are imitated; see {@link KeptCredit}.
 *
 * @param hint whether prompts none of whose completions is kept are asked again with the column {@code answer} shown; what is right then is
 *     learned behind the prompt without it (Zelikman et al., 2022, "STaR")
 * @param passes how often what was kept is learned from
 */
@Kind("rejection-sampling")
public record RejectionSettings(
        @Flattened NextToken objective,
        @Flattened KeptCredit kept,
        @Default("false") boolean hint,
        @Default("1") int passes)
        implements SampledMethod {
    public RejectionSettings {
        SampledMethod.requirePasses(passes);
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        return kept;
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        Prepared.Sampled sampled = Prepared.Sampled.of(credit(run.rewards()), passes);
        return Prepared.sampled(objective, rows, hint ? sampled.hinting(kept.threshold()) : sampled);
    }
}
