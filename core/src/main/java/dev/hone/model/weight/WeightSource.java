package dev.hone.model.weight;

import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/** Where a model's weights come from: a checkpoint, or a seeded initialisation. */
@FunctionalInterface
public interface WeightSource {
    /** The type a weight comes in without a loss; the wanted one where it is made as it is asked for. */
    default DType stored(ParameterSpec spec, DType wanted) {
        return wanted;
    }

    /** The weight with this name and shape, in the given type; the caller owns it. Asked from several threads. */
    Tensor weight(ParameterSpec spec, DType type);
}
