package dev.hone.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a block stands in the residual stream: {@code x + scale · after(block(before(x)))}. With {@code before} alone a layer is
 * pre-norm, with {@code after} alone post-norm, with both a sandwich.
 *
 * @param before null: the block is given x itself
 * @param after null: what the block gives is added as it is
 */
public record ResidualSpec(
        @Nullable NormSpec before, @Nullable NormSpec after, double scale) {
    public ResidualSpec withScale(double other) {
        return new ResidualSpec(before, after, other);
    }

    /** The norms it has. */
    public List<NormSpec> norms() {
        List<NormSpec> norms = new ArrayList<>();
        if (before != null) {
            norms.add(before);
        }
        if (after != null) {
            norms.add(after);
        }
        return norms;
    }
}
