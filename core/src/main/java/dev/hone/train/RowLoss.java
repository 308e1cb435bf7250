package dev.hone.train;

import dev.hone.data.batch.Batch;
import java.util.Comparator;
import java.util.Locale;

/**
 * A row of a step, measured alone with the weights before the step and without dropout.
 *
 * @param place where the row came from
 * @param loss its own loss, which may be non-finite
 */
public record RowLoss(String place, Batch batch, double loss) {
    /** Rows of a non-finite loss first, then those of the highest loss. */
    static final Comparator<RowLoss> HIGHEST_FIRST =
            Comparator.comparingDouble((RowLoss r) -> Double.isFinite(r.loss()) ? -r.loss() : -Double.MAX_VALUE);

    String describe() {
        return place + String.format(Locale.ROOT, " (loss %.4g)", loss);
    }
}
