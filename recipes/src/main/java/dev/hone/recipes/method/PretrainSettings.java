package dev.hone.recipes.method;

import dev.hone.config.Kind;
import dev.hone.objective.NextToken;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.TokenData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import org.jspecify.annotations.Nullable;

/** Pre-training: every token of a text is trained, from scratch. */
@Kind("pretrain")
public record PretrainSettings() implements NextTokenMethod {
    @Override
    public DataKind data() {
        return TokenData.texts();
    }

    @Override
    public Start start() {
        return Start.BLANK;
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
    public void check(DataSettings data, @Nullable AdapterSettings adapter) {
        if (adapter != null) {
            throw new IllegalArgumentException("adapter has nothing to stand on in " + label()
                    + ", which starts from random weights; leave it out");
        }
        NextTokenMethod.super.check(data, adapter);
    }
}
