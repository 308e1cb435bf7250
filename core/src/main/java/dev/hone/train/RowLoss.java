package dev.hone.train;

import dev.hone.data.batch.Batch;
import java.util.Comparator;
import java.util.Locale;

/**
 * A row of a step, measured alone with the weights before the step and without dropout.
 *
 * @param place where the row came from
 * @param loss its own loss, which may not be a number
 */
public record RowLoss(String place, Batch batch, double loss) {
    /** Rows whose loss is no number first, then by how much they lose. */
    static final Comparator<RowLoss> HIGHEST_FIRST =
            Comparator.comparingDouble((RowLoss r) -> Double.isFinite(r.loss()) ? -r.loss() : -Double.MAX_VALUE);

    String describe() {
        return place + String.format(Locale.ROOT, " (loss %.4g)", loss);
    }
}
