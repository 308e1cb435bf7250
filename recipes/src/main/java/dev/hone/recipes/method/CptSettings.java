package dev.hone.recipes.method;

import dev.hone.config.Kind;
import dev.hone.objective.NextToken;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.TokenData;

/** Continued pre-training: every token of a text is trained, from a checkpoint. */
@Kind("cpt")
public record CptSettings() implements NextTokenMethod {
    @Override
    public DataKind data() {
        return TokenData.texts();
    }

    @Override
    public NextToken objective() {
        return new NextToken();
    }
}
