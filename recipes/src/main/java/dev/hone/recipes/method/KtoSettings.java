package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.objective.ApoZeroUnpaired;
import dev.hone.objective.Kto;
import dev.hone.objective.Objective;
import org.jspecify.annotations.Nullable;

/**
 * Kahneman-Tversky optimisation; see {@link Kto} and {@link ApoZeroUnpaired}.
 *
 * @param reference when the numbers of the model the policy is compared with are computed
 * @param synchronise how that model follows the policy; left out: it stays as the run found it
 */
@Kind("kto")
public record KtoSettings(
        @Default("kto") Loss loss,
        @Default("0.1") double beta,
        @Default("1.0") double desirableWeight,
        @Default("1.0") double undesirableWeight,
        @Default("precomputed") ReferenceTime reference,
        @Nullable Synchronise synchronise)
        implements Method {
    /** What judged answers are learned by. */
    public enum Loss {
        KTO,
        APO_ZERO_UNPAIRED
    }

    public KtoSettings {
        new Kto(beta, desirableWeight, undesirableWeight); // checks them
        Synchronise.check(synchronise, reference);
    }

    @Override
    public Rows rows() {
        return loss == Loss.KTO ? Rows.LABELLED_BESIDE_FOREIGN : Rows.LABELLED;
    }

    @Override
    public Objective objective() {
        return switch (loss) {
            case KTO -> new Kto(beta, desirableWeight, undesirableWeight);
            case APO_ZERO_UNPAIRED -> new ApoZeroUnpaired(beta, desirableWeight, undesirableWeight);
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
}
