package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.ApoZeroUnpaired;
import dev.hone.objective.Kto;
import dev.hone.objective.Objective;
import dev.hone.train.ReferenceModel;
import org.jspecify.annotations.Nullable;

/** Kahneman-Tversky optimisation; see {@link Kto} and {@link ApoZeroUnpaired}. */
@Kind("kto")
public record KtoSettings(
        @Default("kto") Loss loss, @Flattened Kto kto, @Flattened ReferenceSettings comparison) implements Method {
    /** The loss of an unpaired answer. */
    public enum Loss {
        KTO,
        APO_ZERO_UNPAIRED
    }

    @Override
    public Rows rows() {
        return loss == Loss.KTO ? Rows.LABELLED_BESIDE_FOREIGN : Rows.LABELLED;
    }

    @Override
    public Objective objective() {
        return switch (loss) {
            case KTO -> kto;
            case APO_ZERO_UNPAIRED -> new ApoZeroUnpaired(kto.beta(), kto.desirableWeight(), kto.undesirableWeight());
        };
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }

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
