package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.objective.Cpo;

/** Contrastive preference optimisation; see {@link Cpo}. */
@Kind("cpo")
public record CpoSettings(
        @Default("0.1") double beta,
        @Default("1.0") double likelihood,
        @Default("0.0") double smoothing) implements PairMethod {
    @Override
    public Cpo objective() {
        return new Cpo(beta, likelihood, smoothing);
    }
}
