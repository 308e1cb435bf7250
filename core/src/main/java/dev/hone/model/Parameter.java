package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
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

    /** A frozen copy of the values as they are now, held in the given type. */
    Parameter copy(DType held) {
        Tensor copied = Scope.returning(() -> {
            Tensor values = value.detach();
            return values.dtype() == held ? values.copy() : values.to(held);
        });
        return new Parameter(name, copied.keep());
    }

    public boolean isTrained() {
        return value.isTrainable();
    }
}
