package dev.hone.train;

import dev.hone.data.loader.StepRow;
import dev.hone.error.TrainingException;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
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
     * Updates after which another weight must have had its first gradient, until all have. Behind a factor that is zero, such as
     * the B of a new adapter or the output projection of a block that was added, weights have none until it has moved: each such
     * factor takes an update, whose learning rate must not be zero.
     */
    private static final int FRUITLESS = 2;

    /** How many weights a message names. */
    private static final int NAMED = 3;

    /** Steps without any gradient, though the loss is not zero, after which the run ends. */
    private static final int PATIENCE = 10;

    /** A loss with which nothing is left to learn. */
    private static final double LEARNED = 1e-6;

    private final Diagnosis diagnosis;
    private final Gradients gradients;
    private final Consumer<NumericalFault> report;
    private final Deque<Double> losses = new ArrayDeque<>();
    private @Nullable Set<String> untouched;
    private double firstLoss = Double.NaN;
    private double lastRate;
    private int fruitless;
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
     * @param rate learning rate of the update
     * @param rows of the step, asked for only where something is wrong
     */
    void admit(long step, double rate, double loss, double norm, Supplier<List<StepRow>> rows) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw refused(step, loss, norm, rows.get());
        }
        firstLoss = Double.isNaN(firstLoss) ? loss : firstLoss;
        requireGradient(step, loss, norm);
        lastRate = rate;
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

    /** Refuses a run whose last update has left weights that are no numbers. */
    void requireFiniteWeights(long step, List<Parameter> weights) {
        for (Parameter weight : weights) {
            try (Scope scope = Scope.open()) {
                if (!weight.value().detach().isFinite()) {
                    throw new TrainingException("step " + step + ": its update left numbers in " + weight.name()
                            + " that are not finite, so the run has no result; learning-rate or weight-decay is far too"
                            + " large (the last update had " + lastRate + ")");
                }
            }
        }
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
            throw isDiverged(loss) || step > still
                    ? diverged(step, loss)
                    : new TrainingException(String.format(
                            Locale.ROOT,
                            "step %d: every gradient is zero%s, so nothing is learned (loss %.4g); nothing was updated. %s",
                            step + 1,
                            step == 0 ? "" : " for " + still + " steps",
                            loss,
                            Math.abs(loss) < LEARNED
                                    ? "The model does already what the rows of this step teach; train on others, or with"
                                            + " another teacher"
                                    : "See with ./hone render whether the rows have trained tokens"));
        }
        requireEveryGradient(step, loss, norm);
    }

    private void requireEveryGradient(long step, double loss, double norm) {
        if (step == 0) {
            untouched = new TreeSet<>(gradients.zero());
        }
        Set<String> never = untouched;
        if (never == null || never.isEmpty() || step == 0) { // null: the run was resumed
            return;
        }
        boolean fewer = never.retainAll(gradients.zero());
        if (fewer) {
            fruitless = 0;
        } else if (lastRate > 0 && norm > 0 || isDiverged(loss)) {
            fruitless++;
        }
        if (fruitless < FRUITLESS || never.isEmpty()) {
            return;
        }
        if (isDiverged(loss)) {
            throw diverged(step, loss);
        }
        throw new TrainingException(
                "step " + (step + 1) + ": " + never.size() + " weights that should learn had no"
                        + " gradient in any of the first " + (step + 1) + " steps ("
                        + never.stream().limit(NAMED).collect(Collectors.joining(", "))
                        + (never.size() > NAMED ? ", …" : "")
                        + "); nothing was updated in this one. Weights beside them are zero"
                        + " and stay so, or they are cut off from the loss: train other modules (adapter.targets takes full names"
                        + " such as model.layers.0.self_attn.q_proj), or start from a checkpoint whose weights are not zero there");
    }

    /** Whether updates have made the loss far worse than it was at the start. */
    private boolean isDiverged(double loss) {
        return loss - firstLoss > Math.max(1, Math.abs(firstLoss) / 2);
    }

    private TrainingException diverged(long step, double loss) {
        return new TrainingException(String.format(
                Locale.ROOT,
                "step %d: the run has diverged: its loss went from %.4g to %.4g, and weights have no gradient any more;"
                        + " nothing was updated in this one. learning-rate is far too large (the last update had %.4g);"
                        + " 2e-4 is usual for adapters, 2e-5 where every weight is trained, less for preferences",
                step + 1,
                firstLoss,
                loss,
                lastRate));
    }
}
