package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Contrastive preference optimisation (Xu et al., 2024, equation 6): DPO with a uniform reference, held near the data by the
 * likelihood of the chosen answers.
 *
 * @param likelihood weight of the chosen answers' mean token loss
 * @param smoothing share of pairs taken to be labelled wrongly
 */
public record Cpo(
        @Default("0.1") double beta,
        @Default("1.0") double likelihood,
        @Default("0.0") double smoothing) implements Objective {
    public Cpo {
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
        require(likelihood >= 0, "likelihood (%s) must not be negative", likelihood);
        requireAtMost("likelihood", likelihood, 1e6);
        require(smoothing >= 0 && smoothing < 0.5, "smoothing (%s) must be at least 0 and below 0.5", smoothing);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(
                Term.LOSS,
                (double) PairSums.pairs(batch),
                Term.CHOSEN_LIKELIHOOD,
                Likelihood.ANSWER.weight(batch.targets()));
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        PairSums sums = PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch);
        Tensor margin = sums.difference().times(beta);
        Tensor loss = margin.logSigmoid()
                .times(1 - smoothing)
                .plus(margin.negate().logSigmoid().times(smoothing));
        return Map.of(
                Term.LOSS,
                loss.sum().negate(),
                Term.CHOSEN_LIKELIHOOD,
                Likelihood.ANSWER.loss(policy).times(likelihood));
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return Rewards.measured(
                policy,
                batch,
                PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch),
                beta);
    }
}
