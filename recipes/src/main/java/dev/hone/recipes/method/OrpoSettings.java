package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.data.batch.TargetKind;
import dev.hone.objective.Orpo;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.PairData;

/** Odds ratio preference optimisation; see {@link Orpo}. */
@Kind("orpo")
public record OrpoSettings(@Flattened Orpo objective) implements PairMethod {
    @Override
    public DataKind data() {
        return new PairData(
                switch (objective.likelihoodOf()) {
                    case ANSWER -> TargetKind.ANSWERS;
                    case ROW -> TargetKind.ANSWERS_AND_CHOSEN_PROMPT;
                });
    }
}
