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

/** Direct preference optimisation; see {@link Dpo}. */
@Kind("dpo")
public record DpoSettings(
        @Default("0.1") double beta,
        @Default("sigmoid") List<LossShare> loss,
        @Default("0.0") double likelihood,
        @Default("0.0") double smoothing,
        @Default("reverse-kl") Divergence divergence,
        @Default("1.0") double lengthDesensitisation)
        implements PairMethod {
    public DpoSettings {
        loss = List.copyOf(loss);
        new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation); // checks them
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
        return new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation);
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
