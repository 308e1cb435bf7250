package dev.hone.recipes.train;

import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.report.MetricsRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the gap between held-out rows and rows that are trained on says at the end of a run: it overfits from the step at which the held-out
 * loss was lowest, where that has risen since while the loss of trained rows went on falling.
 *
 * @param since that step; 0: the start of the run
 */
record Overfitting(Fit since, Fit last) {
    private static final String TRAINED = GuardMeasures.PREFIX + "trained";

    /** Both losses after a step. */
    record Fit(long step, double heldOut, double trained) {
        double gap() {
            return heldOut - trained;
        }
    }

    /** That of a run which measured the gap; empty for others. */
    static Optional<Overfitting> of(Baseline before, List<MetricsRow> rows) {
        List<Fit> fits = new ArrayList<>();
        add(fits, 0, before.value(Baseline.LOSS), before.value(TRAINED));
        rows.forEach(row -> add(fits, row.step(), row.value(Baseline.LOSS), row.value(TRAINED)));
        if (fits.isEmpty()) {
            return Optional.empty();
        }
        Fit lowest = fits.get(0);
        for (Fit fit : fits) {
            lowest = fit.heldOut() < lowest.heldOut() ? fit : lowest;
        }
        return Optional.of(new Overfitting(lowest, fits.get(fits.size() - 1)));
    }

    private static void add(List<Fit> fits, long step, double heldOut, double trained) {
        if (Double.isFinite(heldOut) && Double.isFinite(trained)) {
            fits.add(new Fit(step, heldOut, trained));
        }
    }

    boolean isOverfitted() {
        return last.heldOut() > since.heldOut() && last.trained() < since.trained();
    }

    String sentence() {
        return isOverfitted()
                ? String.format(
                        Locale.ROOT,
                        "overfits since step %,d: held-out loss %.4f there and %.4f at the end, that of trained rows %.4f and"
                                + " %.4f (gap %.4f, then %.4f)",
                        since.step(),
                        since.heldOut(),
                        last.heldOut(),
                        since.trained(),
                        last.trained(),
                        since.gap(),
                        last.gap())
                : String.format(
                        Locale.ROOT,
                        "does not overfit: held-out loss %.4f and that of trained rows %.4f at the end (gap %.4f)",
                        last.heldOut(),
                        last.trained(),
                        last.gap());
    }
}
