package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * The map from a hidden state to a scalar, {@code s = w · h}: how good the text up to there is. It ends a reward model, whose
 * targets are the last tokens of texts (Ouyang et al., 2022, section 3.5); which token a target predicts does not matter.
 * Scores are in float32 whatever the compute type.
 */
public final class ScoreHead implements Head {
    private final Parameter weight;

    /**
     * @param weight w [1, hidden]
     */
    ScoreHead(Parameter weight) {
        this.weight = weight;
    }

    @Override
    public Tensor score(Tensor hidden, int[] tokens) {
        return Autograd.without(
                () -> hidden.to(DType.F32).linear(weight.in(DType.F32)).view(-1));
    }

    @Override
    public Result scoreAndDifferentiate(Tensor hidden, int[] tokens, float[] slopes) {
        return Autograd.without(() -> {
            Tensor slope = Tensor.of(slopes, slopes.length, 1);
            if (weight.isTrained()) {
                weight.value().addGradient(slope.transpose(0, 1).matmul(hidden.to(DType.F32)));
            }
            Tensor gradient = slope.matmul(weight.in(DType.F32)).to(hidden.dtype()); // [targets, hidden]
            return new Result(score(hidden, tokens), gradient);
        });
    }
}
