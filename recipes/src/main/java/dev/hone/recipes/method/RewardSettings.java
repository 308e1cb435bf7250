package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.data.batch.TargetKind;
import dev.hone.objective.RewardModelling;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.PairData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import org.jspecify.annotations.Nullable;

/** Reward modelling: learns to score texts from which of two is better; see {@link RewardModelling}. */
@Kind("reward")
public record RewardSettings(@Flattened RewardModelling objective) implements Method {
    @Override
    public DataKind data() {
        return new PairData(TargetKind.WHOLE);
    }

    @Override
    public Start start() {
        return Start.REWARD;
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 1e-4 : 1e-5;
    }

    @Override
    public void check(DataSettings data, @Nullable AdapterSettings adapter) {
        if (data.packing() || data.replay() != null) {
            throw new IllegalArgumentException(
                    "data.packing and data.replay have no effect on reward, whose model scores texts; leave them out");
        }
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        return Prepared.of(objective, rows);
    }
}
