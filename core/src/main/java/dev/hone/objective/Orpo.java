package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Odds ratio preference optimisation (Hong et al., 2024, equations 6 and 7): fine-tuning on the chosen answers, and a penalty
 * where the odds of the rejected answer are not lower. The loss is
 * {@code NLL(chosen) − β · log σ(log odds(ℓ_c) − log odds(ℓ_r))} with the mean log-probability ℓ of an answer's tokens.
 *
 * <p>The likelihood is that of the answers, or, as in TRL, of prompts and answers: then batches have the chosen prompts' tokens as
 * targets that weigh nothing ({@link dev.hone.data.batch.TargetKind#ANSWERS_AND_CHOSEN_PROMPT}).
 *
 * <p>Odds are those of a probability of at most 1 − 2⁻²⁴, so that the loss is finite where an answer is certain. A chosen answer
 * that is certain has nothing left to gain and no gradient; a rejected one has the gradient of that bound.
 *
 * @param beta weight of the odds ratio, λ in the paper
 * @param likelihoodOf what of the chosen side is fine-tuned on
 */
public record Orpo(
        @Default("0.1") double beta, @Default("answer") Likelihood likelihoodOf) implements Objective {
    public Orpo {
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
    }

    /** The paper's, with the likelihood of answers. */
    public Orpo(double beta) {
        this(beta, Likelihood.ANSWER);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(
                Term.LOSS,
                (double) PairSums.pairs(batch),
                Term.CHOSEN_LIKELIHOOD,
                likelihoodOf.weight(batch.targets()));
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        PairSums means = SimPo.means(policy, batch);
        Tensor ratio = logOdds(means.chosen().atMost(Exponent.CERTAIN)).minus(logOdds(uncertain(means.rejected())));
        return Map.of(
                Term.LOSS, ratio.logSigmoid().sum().times(-beta), Term.CHOSEN_LIKELIHOOD, likelihoodOf.loss(policy));
    }

    /** The same, below the bound by value alone. */
    private static Tensor uncertain(Tensor logProbability) {
        Tensor plain = logProbability.detach();
        return logProbability.plus(plain.atMost(Exponent.CERTAIN).minus(plain));
    }

    /** log(p / (1 − p)) of a log-probability below zero. */
    private static Tensor logOdds(Tensor logProbability) {
        return logProbability.minus(logProbability.expMinusOne().negate().log());
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return Rewards.measured(policy, batch, SimPo.means(policy, batch), beta);
    }
}
