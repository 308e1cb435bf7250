package dev.hone.recipes.method;

import dev.hone.data.batch.TargetKind;
import dev.hone.objective.Objective;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.PairData;

/** A method that makes chosen answers likelier than rejected ones. */
sealed interface PairMethod extends Method permits DpoSettings, SimPoSettings, CpoSettings, OrpoSettings {
    Objective objective();

    @Override
    default DataKind data() {
        return new PairData(TargetKind.ANSWERS);
    }

    @Override
    default double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }

    @Override
    default Prepared prepare(RunRows rows, Preparation run) {
        return Prepared.of(objective(), rows);
    }
}
