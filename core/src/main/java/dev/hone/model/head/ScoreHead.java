package dev.hone.model.head;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * The map from a hidden state to a scalar, {@code s = w · h}: how good the text up to there is. It ends a reward model, whose
 * targets are the last tokens of texts (Ouyang et al., 2022, section 3.5); which token a target predicts does not matter.
 * Scores are in float32 whatever the compute type.
 */
public final class ScoreHead implements Head {
    private static final RequestedStatistics ASKED = new RequestedStatistics(Set.of(Statistic.REWARD), null);

    private final Parameter weight;

    /**
     * @param weight w [1, hidden]
     */
    public ScoreHead(Parameter weight) {
        this.weight = weight;
    }

    @Override
    public RequestedStatistics usual() {
        return ASKED;
    }

    @Override
    public Map<Statistic, Tensor> score(Tensor hidden, int[] tokens, RequestedStatistics question) {
        if (!ASKED.statistics().containsAll(question.statistics())) {
            throw new IllegalArgumentException(
                    question.statistics() + " is asked of a reward model, which gives a text's REWARD and no tokens");
        }
        return Autograd.without(() -> Map.of(
                Statistic.REWARD,
                hidden.to(DType.F32).linear(weight.in(DType.F32)).view(-1)));
    }

    @Override
    public HeadOutput scoreAndDifferentiate(
            Tensor hidden, int[] tokens, RequestedStatistics question, ScoreGradients scoreGradients) {
        Map<Statistic, Tensor> scores = score(hidden, tokens, question);
        Map<Statistic, Tensor> atScores = scoreGradients.at(scores);
        return Autograd.without(() -> {
            Tensor given = atScores.get(Statistic.REWARD);
            Tensor scoreGradient =
                    (given == null ? Tensor.zeros(DType.F32, tokens.length) : given).reshape(tokens.length, 1);
            if (weight.isTrained()) {
                weight.value().addGradient(scoreGradient.transpose(0, 1).matmul(hidden.to(DType.F32)));
            }
            return new HeadOutput(
                    scores, scoreGradient.matmul(weight.in(DType.F32)).to(hidden.dtype())); // [targets, hidden]
        });
    }
}
