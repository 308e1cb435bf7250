package dev.hone.recipes.method;

import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import org.jspecify.annotations.Nullable;

/** A method whose objective is the next token's likelihood, so that replayed tokens count like its own. */
sealed interface NextTokenMethod extends Method permits PretrainSettings, CptSettings, SftSettings {
    NextToken objective();

    @Override
    default double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }

    @Override
    default void check(DataSettings data, @Nullable AdapterSettings adapter) {
        DataSettings.ReplaySettings replay = data.replay();
        if (replay != null && replay.lossWeight() != 1) {
            throw new IllegalArgumentException("data.replay.loss-weight (" + replay.lossWeight()
                    + ") has no effect on " + label()
                    + ", where replayed tokens count like any other; leave it out and choose data.replay.share");
        }
    }

    @Override
    default Prepared prepare(RunRows rows, Preparation run) {
        return Prepared.of(objective(), rows);
    }

    @Override
    default Objective besideReplay(Objective own, double lossWeight) {
        return own;
    }
}
