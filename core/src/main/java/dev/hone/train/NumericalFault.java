package dev.hone.train;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Numbers of a step that are non-finite or far off, and where they came from.
 *
 * @param step from 1
 * @param loss of the whole step
 * @param gradientNorm before clipping
 * @param origin the first module or weight, in the order of computation, with a non-finite entry; empty where all are
 *     finite
 * @param suspects the rows of the step, the likeliest cause first
 */
public record NumericalFault(
        FaultType kind, long step, double loss, double gradientNorm, String origin, List<RowLoss> suspects) {
    /** How many rows a message names. */
    private static final int NAMED = 3;

    /** What went wrong. */
    public enum FaultType {
        /** The loss or the gradient is non-finite; the run ends. */
        NOT_FINITE,
        /** The loss is far above those of the steps before; the run continues. */
        SPIKE,
        /** A measure of held-out rows is non-finite, reported the first time; the run continues, and it chooses no weights. */
        VALIDATION
    }

    public NumericalFault {
        suspects = suspects.stream().sorted(RowLoss.HIGHEST_FIRST).toList();
    }

    /** The likeliest rows, for a message. */
    public String suspected() {
        String named = suspects.stream().limit(NAMED).map(RowLoss::describe).collect(Collectors.joining(", "));
        int more = suspects.size() - NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
