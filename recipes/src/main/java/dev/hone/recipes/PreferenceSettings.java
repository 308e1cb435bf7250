package dev.hone.recipes;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.objective.Cpo;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.Orpo;
import dev.hone.objective.PreferenceLoss;
import dev.hone.objective.SimPo;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The settings of the methods that learn from pairs; each stands under its method's name. */
public final class PreferenceSettings {
    private PreferenceSettings() {}

    /** See {@link Dpo}. */
    public record DpoSettings(
            @Default("0.1") double beta,
            @Default("sigmoid") List<LossShare> loss,
            @Default("0.0") double likelihood,
            @Default("0.0") double smoothing,
            @Default("reverse-kl") Divergence divergence,
            @Default("1.0") double lengthDesensitisation) {
        public DpoSettings {
            loss = List.copyOf(loss);
            new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation); // checks them
        }

        Dpo objective() {
            return new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation);
        }

        private static Map<PreferenceLoss, Double> losses(List<LossShare> shares) {
            Map<PreferenceLoss, Double> losses = new EnumMap<>(PreferenceLoss.class);
            shares.forEach(share -> losses.merge(share.name(), share.weight(), Double::sum));
            return losses;
        }
    }

    /** One of several losses that are added up. */
    public record LossShare(
            PreferenceLoss name, @Default("1.0") double weight) {
        @FromScalar
        public static LossShare of(PreferenceLoss name) {
            return new LossShare(name, 1);
        }
    }

    /** See {@link SimPo}. */
    public record SimPoSettings(
            @Default("2.0") double beta,
            @Default("1.0") double gamma,
            @Default("0.0") double alpha) {
        SimPo objective() {
            return new SimPo(beta, gamma, alpha);
        }
    }

    /** See {@link Cpo}. */
    public record CpoSettings(
            @Default("0.1") double beta,
            @Default("1.0") double likelihood,
            @Default("0.0") double smoothing) {
        Cpo objective() {
            return new Cpo(beta, likelihood, smoothing);
        }
    }

    /** See {@link Orpo}. */
    public record OrpoSettings(@Default("0.1") double beta) {
        Orpo objective() {
            return new Orpo(beta);
        }
    }
}
