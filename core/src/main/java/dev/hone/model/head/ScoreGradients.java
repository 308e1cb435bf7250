package dev.hone.model.head;

import dev.hone.tensor.Tensor;
import java.util.Map;

/** The gradient of an objective with respect to statistics: ∂L/∂statistic for each target. */
public interface ScoreGradients {
    /**
     * The derivatives where the statistics have these values, each [targets]; a statistic left out does not touch the loss.
     *
     * @param scores a value of each statistic for each target [targets]
     */
    Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores);

    /** Whether they are the same whatever the statistics are, so that no target has to wait for the others. */
    boolean areConstant();

    /**
     * Whether the derivatives at a target depend on its own statistics alone, so that they can be computed for some targets before the
     * statistics of the others are known.
     */
    default boolean areLocal() {
        return areConstant();
    }

    /** The same derivatives everywhere. */
    static ScoreGradients constant(Map<Statistic, Tensor> scoreGradients) {
        return new ScoreGradients() {
            @Override
            public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
                return scoreGradients;
            }

            @Override
            public boolean areConstant() {
                return true;
            }
        };
    }
}
