package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/** Where a model's weights come from: a checkpoint, or a seeded initialisation. */
@FunctionalInterface
public interface WeightSource {
    /** The weight with this name and shape, in the given type; the caller owns it. */
    Tensor weight(ParameterSpec spec, DType type);
}
