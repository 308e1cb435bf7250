package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Simple preference optimisation (Meng et al., 2024, equation 6): the mean log-probability of an answer's tokens is its
 * reward, so no reference is needed, and the chosen answer is to be better by a margin. The loss of a pair is
 * {@code −log σ(β(a_c − a_r) − γ)}.
 *
 * @param gamma the margin γ, in units of the reward
 * @param alpha 0: rewards as they are; else AlphaPO's {@code (1 − e^(−α·a)) / α} of them (Gupta et al., 2025)
 */
public record SimPo(
        @Default("2.0") double beta,
        @Default("1.0") double gamma,
        @Default("0.0") double alpha) implements Objective {
    public SimPo {
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
        require(Math.abs(gamma) <= 1e6, "gamma (%s) must lie between -1000000 and 1000000", gamma);
        require(Math.abs(alpha) <= 1000, "alpha (%s) must lie between -1000 and 1000", alpha);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, (double) PairSums.pairs(batch));
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        Tensor difference = rewards(policy, batch).difference();
        return Map.of(
                Term.LOSS,
                difference.times(beta).plus(-gamma).logSigmoid().sum().negate());
    }

    /** What is compared, before β. */
    private PairSums rewards(Scores policy, Batch batch) {
        PairSums means = means(policy, batch);
        return new PairSums(shaped(means.chosen()), shaped(means.rejected()));
    }

    private Tensor shaped(Tensor reward) {
        return alpha == 0 ? reward : Exponent.expMinusOne(reward.times(-alpha)).times(-1 / alpha);
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return Rewards.measured(policy, batch, rewards(policy, batch), beta);
    }

    static PairSums means(Scores policy, Batch batch) {
        return PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch)
                .dividedBy(PairSums.lengths(batch));
    }
}
