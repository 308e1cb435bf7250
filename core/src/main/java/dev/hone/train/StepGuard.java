package dev.hone.train;

import dev.hone.data.loader.StepRow;
import dev.hone.error.TrainingException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks each step's numbers before they change a weight. A non-finite loss or gradient ends the run with nothing updated, a
 * loss that spikes is traced to its rows, and a gradient that is zero where the loss is not is an error.
 *
 * <p>Its history is that of this process alone and changes no result. For use by one thread.
 */
final class StepGuard {
    /** Steps whose losses define what is usual. */
    private static final int WINDOW = 32;

    /** Steps before anything is called usual. */
    private static final int ENOUGH = 16;

    /** A spike is this many times the usual deviation above the usual loss, and at least half of the usual loss. */
    private static final double DEVIATIONS = 6;

    /** Of a normal distribution, the standard deviation in median absolute deviations. */
    private static final double SIGMA = 1.4826;

    /**
     * Steps after which every weight must have had a gradient. The first may have a learning rate of zero, and the A of an
     * adapter has none until its B has moved.
     */
    private static final int SETTLED = 3;

    /** Steps without any gradient, though the loss is not zero, after which the run ends. */
    private static final int PATIENCE = 10;

    private final Diagnosis diagnosis;
    private final Gradients gradients;
    private final Consumer<NumericalFault> report;
    private final Deque<Double> losses = new ArrayDeque<>();
    private @Nullable Set<String> untouched;
    private int still;

    StepGuard(Diagnosis diagnosis, Gradients gradients, Consumer<NumericalFault> report) {
        this.diagnosis = diagnosis;
        this.gradients = gradients;
        this.report = report;
    }

    /**
     * Lets a step change the weights, or throws.
     *
     * @param step completed steps before this one
     * @param rows of the step, asked for only where something is wrong
     */
    void admit(long step, double loss, double norm, Supplier<List<StepRow>> rows) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw refused(step, loss, norm, rows.get());
        }
        requireGradient(step, loss, norm);
        if (isSpike(loss)) {
            report.accept(new NumericalFault(
                    NumericalFault.FaultType.SPIKE, step + 1, loss, norm, "", diagnosis.losses(rows.get())));
            losses.clear();
        }
        losses.addLast(loss);
        if (losses.size() > WINDOW) {
            losses.removeFirst();
        }
    }

    private TrainingException refused(long step, double loss, double norm, List<StepRow> rows) {
        List<RowLoss> suspects = diagnosis.losses(rows);
        String origin = diagnosis.origin(suspects, gradients);
        NumericalFault fault =
                new NumericalFault(NumericalFault.FaultType.NOT_FINITE, step + 1, loss, norm, origin, suspects);
        gradients.clear();
        report.accept(fault);
        return new TrainingException("step " + (step + 1) + ": "
                + (Double.isFinite(loss) ? "gradient norm is " + norm : "loss is " + loss)
                + (origin.isEmpty() ? "" : ", first in " + origin)
                + "; rows " + fault.suspected()
                + "; nothing was updated. A lower learning-rate or compute: fp32 usually helps; a row that fails"
                + " alone, from the first step on, is better looked at");
    }

    /** Far above the median, which a few outliers change little. */
    private boolean isSpike(double loss) {
        if (losses.size() < ENOUGH) {
            return false;
        }
        double usual = median(losses.stream().mapToDouble(l -> l).toArray());
        double deviation = SIGMA
                * median(losses.stream().mapToDouble(l -> Math.abs(l - usual)).toArray());
        return loss - usual > Math.max(DEVIATIONS * deviation, Math.abs(usual) / 2);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private void requireGradient(long step, double loss, double norm) {
        still = norm == 0 && loss != 0 ? still + 1 : 0;
        if (norm == 0 && step == 0 || still >= PATIENCE) {
            throw new TrainingException(String.format(
                    Locale.ROOT,
                    "step %d: every gradient is zero%s, so nothing is learned (loss %.4g); nothing was updated."
                            + " See with ./hone render whether the rows have trained tokens",
                    step + 1,
                    step == 0 ? "" : " for " + still + " steps",
                    loss));
        }
        if (step < SETTLED) {
            requireEveryGradient(step);
        }
    }

    private void requireEveryGradient(long step) {
        Set<String> none = new TreeSet<>(gradients.zero());
        if (step == 0) {
            untouched = none;
        }
        Set<String> never = untouched;
        if (never == null) { // the run resumed from one of its first steps
            return;
        }
        never.retainAll(none);
        if (step == SETTLED - 1 && !never.isEmpty()) {
            throw new TrainingException("step " + (step + 1) + ": " + never.size() + " weights that should learn had no"
                    + " gradient in any of the first " + SETTLED + " steps ("
                    + never.stream().limit(3).collect(Collectors.joining(", "))
                    + (never.size() > 3 ? ", …" : "") + "); nothing was updated in this one");
        }
    }
}
