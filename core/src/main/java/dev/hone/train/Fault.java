package dev.hone.train;

import dev.hone.data.Batch;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Numbers of a step that went wrong, and where they came from.
 *
 * @param step from 1
 * @param loss of the whole step
 * @param gradientNorm before it was shortened
 * @param origin the first module or weight, in the order of computation, with an entry that is not a number; empty where all
 *     are numbers
 * @param suspects the rows of the step, the likeliest cause first
 */
public record Fault(Kind kind, long step, double loss, double gradientNorm, String origin, List<Suspect> suspects) {
    /** How many rows a message names. */
    private static final int NAMED = 3;

    /** What went wrong. */
    public enum Kind {
        /** The loss or the gradient is not a number; the run ends. */
        NOT_FINITE,
        /** The loss is far above those of the steps before; the run goes on. */
        SPIKE
    }

    /**
     * A row, measured alone with the weights of the step and without dropout.
     *
     * @param place where the row came from
     * @param loss its own loss, which may not be a number
     */
    public record Suspect(String place, Batch batch, double loss) {
        /** Rows whose loss is no number first, then by how much they lose. */
        static final Comparator<Suspect> LIKELIEST_FIRST =
                Comparator.comparingDouble((Suspect s) -> Double.isFinite(s.loss()) ? -s.loss() : -Double.MAX_VALUE);

        String describe() {
            return place + String.format(Locale.ROOT, " (loss %.4g)", loss);
        }
    }

    public Fault {
        suspects = suspects.stream().sorted(Suspect.LIKELIEST_FIRST).toList();
    }

    /** The likeliest rows, for a message. */
    public String suspected() {
        String named = suspects.stream().limit(NAMED).map(Suspect::describe).collect(Collectors.joining(", "));
        int more = suspects.size() - NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
