package dev.hone.objective;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * Maximum likelihood of the next token: pre-training, continued pre-training and supervised fine-tuning.
 *
 * <p>The loss is {@code Σ wᵢ · lᵢ / Σ wᵢ} over the targets of a whole step; which tokens are targets, and with which weight, is
 * the data's to say. The loss of one target is {@code −log p(token)} unless the two parameters say otherwise; where they do,
 * the plain mean is measured beside it as {@code nll}.
 *
 * @param loss what a target's likelihood costs
 * @param smoothing share ε of a target's weight that is spread over the whole vocabulary: {@code (1 − ε)·(−log p(token)) +
 *     ε·mean(−log p)} (Szegedy et al., 2016, section 7); 0: none
 */
public record NextToken(
        @Default("nll") TokenLossType loss, @Default("0.0") double smoothing) implements Objective {
    /** What a target's likelihood costs. */
    public enum TokenLossType {
        /** −log p. */
        NLL,
        /**
         * −p · log p with p before the logarithm a constant: dynamic fine-tuning (Wu et al., 2025), in which a token
         * the model finds unlikely pulls no harder than a likely one. Its value falls towards 0 at both ends; read {@code nll}.
         */
        DFT
    }

    public NextToken {
        require(smoothing >= 0 && smoothing < 1, "smoothing (%s) must be at least 0 and below 1", smoothing);
        require(
                smoothing == 0 || loss == TokenLossType.NLL,
                "smoothing (%s) goes with loss: nll; dft already weighs tokens by their probability, so leave one out",
                smoothing);
    }

    /** Plain maximum likelihood. */
    public NextToken() {
        this(TokenLossType.NLL, 0);
    }

    @Override
    public Set<Statistic> reads() {
        return smoothing == 0
                ? Set.of(Statistic.LOG_PROBABILITY)
                : Set.of(Statistic.LOG_PROBABILITY, Statistic.MEAN_LOG_PROBABILITY);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, batch.targets().totalWeight());
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return Map.of(Term.LOSS, weighted(likelihood(policy), policy));
    }

    /** What is made as large as it can be at each target [targets]. */
    private Tensor likelihood(Scores policy) {
        Tensor log = policy.logProbabilities();
        if (loss == TokenLossType.DFT) {
            return log.times(log.detach().exp());
        }
        return smoothing == 0
                ? log
                : log.times(1 - smoothing)
                        .plus(policy.get(Statistic.MEAN_LOG_PROBABILITY).times(smoothing));
    }

    private static Tensor weighted(Tensor likelihood, Scores policy) {
        return likelihood.times(policy.weights()).sum().negate();
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return loss == TokenLossType.NLL && smoothing == 0
                ? Map.of()
                : Map.of("nll", weighted(policy.logProbabilities(), policy).scalar());
    }

    @Override
    public boolean isLinear() {
        return loss == TokenLossType.NLL;
    }
}
