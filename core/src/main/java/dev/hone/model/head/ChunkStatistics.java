package dev.hone.model.head;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Map;

/** What a {@link TokenHead} says of a chunk of positions, and its way back, once, which takes its memory. */
interface ChunkStatistics {
    /** A statistic [positions, 1]. */
    Tensor get(Statistic statistic);

    /** ∂L/∂hidden [positions, hidden] for ∂L/∂statistic [positions, 1]; adds to the gradient of a trained weight. */
    Tensor backward(Map<Statistic, Tensor> slopes);

    /** Any statistics. */
    record OfDistribution(Tensor hidden, Tensor matrix, Distribution p, Parameter weight) implements ChunkStatistics {
        @Override
        public Tensor get(Statistic statistic) {
            return p.get(statistic);
        }

        @Override
        public Tensor backward(Map<Statistic, Tensor> slopes) {
            Tensor narrow = p.gradient(slopes).to(hidden.dtype());
            if (weight.isTrained()) {
                weight.value().addGradient(narrow.transpose(0, 1).matmul(hidden).to(DType.F32));
            }
            return narrow.matmul(matrix);
        }
    }

    /** Any statistics, and no way back. */
    record ForwardOnly(Distribution p) implements ChunkStatistics {
        @Override
        public Tensor get(Statistic statistic) {
            return p.get(statistic);
        }

        @Override
        public Tensor backward(Map<Statistic, Tensor> slopes) {
            throw new IllegalStateException("a packed weight has no way back");
        }
    }
}
