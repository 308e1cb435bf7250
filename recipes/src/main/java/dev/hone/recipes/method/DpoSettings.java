package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.config.Kind;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.PreferenceLoss;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Direct preference optimisation; see {@link Dpo}.
 *
 * @param reference when the numbers of the model the policy is compared with are computed
 * @param synchronise how that model follows the policy; left out: it stays as the run found it
 */
@Kind("dpo")
public record DpoSettings(
        @Default("0.1") double beta,
        @Default("sigmoid") List<LossShare> loss,
        @Default("0.0") double likelihood,
        @Default("0.0") double smoothing,
        @Default("reverse-kl") Divergence divergence,
        @Default("1.0") double lengthDesensitisation,
        @Default("equal") Dpo.Weighting weighting,
        @Default("precomputed") ReferenceTime reference,
        @Nullable Synchronise synchronise)
        implements PairMethod {
    public DpoSettings {
        loss = List.copyOf(loss);
        new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation, weighting); // checks them
        Synchronise.check(synchronise, reference);
    }

    /** One of several losses that are added up. */
    public record LossShare(
            PreferenceLoss name, @Default("1.0") double weight) {
        @FromScalar
        public static LossShare of(PreferenceLoss name) {
            return new LossShare(name, 1);
        }
    }

    @Override
    public Dpo objective() {
        return new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation, weighting);
    }

    @Override
    public boolean hasReference() {
        return true;
    }

    private static Map<PreferenceLoss, Double> losses(List<LossShare> shares) {
        Map<PreferenceLoss, Double> losses = new EnumMap<>(PreferenceLoss.class);
        shares.forEach(share -> losses.merge(share.name(), share.weight(), Double::sum));
        return losses;
    }
}
