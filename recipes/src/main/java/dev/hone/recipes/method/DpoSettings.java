package dev.hone.recipes.method;
import org.jspecify.annotations.Nullable;
import dev.hone.train.ReferenceModel;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.Dpo;

/** Direct preference optimisation; see {@link Dpo}. */
@Kind("dpo")
public record DpoSettings(@Flattened Dpo objective, @Flattened ReferenceSettings comparison) implements PairMethod {
    @Override
    public boolean hasReference() {
        return true;
    }

    @Override
    public ReferenceTime reference() {
        return comparison.reference();
    }

    @Override
    public ReferenceModel.@Nullable Synchronisation synchronise() {
        return comparison.synchronise();
    }
}
