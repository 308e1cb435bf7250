package dev.hone.objective;

import dev.hone.data.Batch;
import dev.hone.model.Scores;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Maximum likelihood of the next token: pre-training, continued pre-training and supervised fine-tuning.
 *
 * <p>The loss is {@code −Σ wᵢ · log p(tokenᵢ) / Σ wᵢ} over the targets of a whole step; which tokens are targets, and with
 * which weight, is the data's to say.
 */
public record NextToken() implements Objective {
    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, batch.targets().totalWeight());
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return Map.of(
                Term.LOSS,
                policy.logProbabilities().times(policy.weights()).sum().negate());
    }

    @Override
    public boolean isLinear() {
        return true;
    }
}
