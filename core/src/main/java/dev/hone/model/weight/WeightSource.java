package dev.hone.model.weight;

import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/** Where a model's weights come from: a checkpoint, or a seeded initialisation. */
@FunctionalInterface
public interface WeightSource {
    /** The type weights come in without a loss; the wanted one where they are made as they are asked for. */
    default DType stored(DType wanted) {
        return wanted;
    }

    /** The weight with this name and shape, in the given type; the caller owns it. Asked from several threads. */
    Tensor weight(ParameterSpec spec, DType type);
}
