package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.RewardModelling;

/** Reward modelling: learns to score texts from which of two is better; see {@link RewardModelling}. */
@Kind("reward")
public record RewardSettings(@Flattened RewardModelling objective) implements Method {
    @Override
    public Rows rows() {
        return Rows.JUDGED_PAIRS;
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 1e-4 : 1e-5;
    }

    @Override
    public boolean scoresTexts() {
        return true;
    }
}
