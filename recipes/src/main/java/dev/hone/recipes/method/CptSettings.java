package dev.hone.recipes.method;

import dev.hone.config.Kind;
import dev.hone.objective.NextToken;

/** Continued pre-training: every token of a text is learned, from where a model stands. */
@Kind("cpt")
public record CptSettings() implements Method {
    @Override
    public Rows rows() {
        return Rows.TEXTS;
    }

    @Override
    public NextToken objective() {
        return new NextToken();
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }
}
