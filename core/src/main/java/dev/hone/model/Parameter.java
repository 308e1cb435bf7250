package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * A named weight.
 *
 * <p>A trained weight is held in float32 and cast where it is used, so its gradient and its updates are exact whatever the
 * compute type; a frozen one is held in the compute type.
 *
 * @param name dotted name as a checkpoint spells it
 * @param value the values; a leaf of the graph if trained
 */
public record Parameter(String name, Tensor value) {
    /** The values in the type the computation runs in. */
    public Tensor in(DType compute) {
        return value.to(compute);
    }

    /** The same values, not copied, with a gradient of their own. */
    Parameter replica() {
        Tensor shared = value.detach().keep();
        return new Parameter(name, isTrained() ? shared.trainable() : shared);
    }

    public boolean isTrained() {
        return value.isTrainable();
    }
}
