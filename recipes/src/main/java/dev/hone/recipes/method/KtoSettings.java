package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.objective.Kto;

/** Kahneman-Tversky optimisation; see {@link Kto}. */
@Kind("kto")
public record KtoSettings(
        @Default("0.1") double beta,
        @Default("1.0") double desirableWeight,
        @Default("1.0") double undesirableWeight) implements Method {
    @Override
    public Rows rows() {
        return Rows.LABELLED;
    }

    @Override
    public Kto objective() {
        return new Kto(beta, desirableWeight, undesirableWeight);
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }

    @Override
    public boolean hasReference() {
        return true;
    }
}
