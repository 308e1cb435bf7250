package dev.hone.model.layer;

import java.util.Arrays;
import java.util.List;

/**
 * A weight of a layer that is neither of a linear map nor of a norm.
 *
 * @param name the full dotted name that a checkpoint gives it
 */
public record WeightSpec(String name, List<Long> shape) {
    public WeightSpec {
        shape = List.copyOf(shape);
    }

    public WeightSpec(String name, long... shape) {
        this(name, Arrays.stream(shape).boxed().toList());
    }

    /** Its extents, as tensors have them. */
    public long[] extents() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
