package dev.hone.recipes.method;

import dev.hone.config.Kind;
import dev.hone.objective.NextToken;

/** Pre-training: every token of a text is learned, from blank weights. */
@Kind("pretrain")
public record PretrainSettings() implements Method {
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
        return 1e-3;
    }

    @Override
    public boolean startsBlank() {
        return true;
    }
}
