package dev.hone.recipes.method;

import dev.hone.data.dataset.Dataset;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a run's own files.
 *
 * @param training rows that are trained on
 * @param heldOut rows that are only measured; null: none
 */
public record RunRows(Dataset training, @Nullable Dataset heldOut) {
    /** Both parts with the same change, which is given the name of the part: {@code learned}, {@code held-out}. */
    public RunRows map(BiFunction<String, Dataset, Dataset> change) {
        Dataset measured = heldOut;
        return new RunRows(
                change.apply("learned", training), measured == null ? null : change.apply("held-out", measured));
    }
}
