package dev.hone.model.head;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statistics of a chunk of positions under a {@link TokenHead}, and their backward, once, which takes their memory. */
interface ChunkStatistics {
    /** A statistic [positions, 1]. */
    Tensor get(Statistic statistic);

    /** ∂L/∂hidden [positions, hidden] for ∂L/∂statistic [positions, 1]; adds to the gradient of a trained weight. */
    Tensor backward(Map<Statistic, Tensor> scoreGradients);

    /**
     * Any statistics.
     *
     * @param slopes the derivatives of the logits by the products they were made of; null: they are these
     */
    record OfDistribution(
            Tensor hidden,
            Tensor matrix,
            Distribution p,
            Parameter weight,
            @Nullable Tensor slopes) implements ChunkStatistics {
        @Override
        public Tensor get(Statistic statistic) {
            return p.get(statistic);
        }

        @Override
        public Tensor backward(Map<Statistic, Tensor> scoreGradients) {
            Tensor gradient = p.gradient(scoreGradients);
            Tensor narrow = (slopes == null ? gradient : gradient.timesInPlace(slopes)).to(hidden.dtype());
            if (weight.isTrained()) {
                weight.value().addGradient(narrow.transpose(0, 1).matmul(hidden).to(DType.F32));
            }
            return narrow.matmul(matrix);
        }
    }

    /** Any statistics, without a backward. */
    record ForwardOnly(Distribution p) implements ChunkStatistics {
        @Override
        public Tensor get(Statistic statistic) {
            return p.get(statistic);
        }

        @Override
        public Tensor backward(Map<Statistic, Tensor> scoreGradients) {
            throw new IllegalStateException("a packed weight has no backward pass");
        }
    }
}
