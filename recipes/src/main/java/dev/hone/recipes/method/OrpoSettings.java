package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.objective.Orpo;

/** Odds ratio preference optimisation; see {@link Orpo}. */
@Kind("orpo")
public record OrpoSettings(@Default("0.1") double beta) implements PairMethod {
    @Override
    public Orpo objective() {
        return new Orpo(beta);
    }
}
