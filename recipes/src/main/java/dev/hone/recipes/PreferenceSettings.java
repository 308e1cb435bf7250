package dev.hone.recipes;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.objective.Cpo;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.Kto;
import dev.hone.objective.Objective;
import dev.hone.objective.Orpo;
import dev.hone.objective.PreferenceLoss;
import dev.hone.objective.SimPo;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The settings of the methods that learn from preferences; each stands under its method's name. */
public sealed interface PreferenceSettings {
    /** What these settings make a model learn. */
    Objective objective();

    /** See {@link Dpo}. */
    record DpoSettings(
            @Default("0.1") double beta,
            @Default("sigmoid") List<LossShare> loss,
            @Default("0.0") double likelihood,
            @Default("0.0") double smoothing,
            @Default("reverse-kl") Divergence divergence,
            @Default("1.0") double lengthDesensitisation)
            implements PreferenceSettings {
        public DpoSettings {
            loss = List.copyOf(loss);
            new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation); // checks them
        }

        @Override
        public Dpo objective() {
            return new Dpo(beta, losses(loss), likelihood, smoothing, divergence, lengthDesensitisation);
        }

        private static Map<PreferenceLoss, Double> losses(List<LossShare> shares) {
            Map<PreferenceLoss, Double> losses = new EnumMap<>(PreferenceLoss.class);
            shares.forEach(share -> losses.merge(share.name(), share.weight(), Double::sum));
            return losses;
        }
    }

    /** One of several losses that are added up. */
    record LossShare(PreferenceLoss name, @Default("1.0") double weight) {
        @FromScalar
        public static LossShare of(PreferenceLoss name) {
            return new LossShare(name, 1);
        }
    }

    /** See {@link SimPo}. */
    record SimPoSettings(
            @Default("2.0") double beta,
            @Default("1.0") double gamma,
            @Default("0.0") double alpha) implements PreferenceSettings {
        @Override
        public SimPo objective() {
            return new SimPo(beta, gamma, alpha);
        }
    }

    /** See {@link Cpo}. */
    record CpoSettings(
            @Default("0.1") double beta,
            @Default("1.0") double likelihood,
            @Default("0.0") double smoothing) implements PreferenceSettings {
        @Override
        public Cpo objective() {
            return new Cpo(beta, likelihood, smoothing);
        }
    }

    /** See {@link Orpo}. */
    record OrpoSettings(@Default("0.1") double beta) implements PreferenceSettings {
        @Override
        public Orpo objective() {
            return new Orpo(beta);
        }
    }

    /** See {@link Kto}. */
    record KtoSettings(
            @Default("0.1") double beta,
            @Default("1.0") double desirableWeight,
            @Default("1.0") double undesirableWeight)
            implements PreferenceSettings {
        @Override
        public Kto objective() {
            return new Kto(beta, desirableWeight, undesirableWeight);
        }
    }
}
