package dev.hone.train;

import static dev.hone.error.Require.require;

import org.jspecify.annotations.Nullable;

/**
 * How far a run has come: what is saved beside the tensors to resume exactly here.
 *
 * @param step completed steps
 * @param tokens tokens read so far
 * @param best the best value that the run's validation had so far; null before the first that is finite
 * @param bestStep the step it was measured after
 * @param worse validations since then
 * @param unmeasured whether the validation after this step is still to be made
 */
public record Progress(long step, long tokens, @Nullable Best best, long bestStep, int worse, boolean unmeasured) {
    /** A value of the validation of that name. */
    public record Best(String validation, double value) {
        public Best {
            require(!validation.equals("step"), "a validation cannot be called %s", validation); // see StateFiles
        }
    }

    /** Before the first step. */
    public static Progress start() {
        return new Progress(0, 0, null, 0, 0, false);
    }

    Progress stepped(long moreTokens) {
        return new Progress(step + 1, tokens + moreTokens, best, bestStep, worse, false);
    }

    /** A validation is due and has not been made. */
    Progress awaitingValidation() {
        return new Progress(step, tokens, best, bestStep, worse, true);
    }

    /**
     * @throws IllegalStateException if the best value so far is another validation's
     */
    Progress validated(String validation, Validation.Direction direction, double value) {
        Best before = best;
        if (before != null && !before.validation().equals(validation)) {
            throw new IllegalStateException("the best " + before.validation() + " so far (" + before.value()
                    + ") cannot be compared with " + validation + " (" + value + ")");
        }
        if (direction.isBetter(value, before == null ? direction.worst() : before.value())) {
            return new Progress(step, tokens, new Best(validation, value), step, 0, false);
        }
        // worse than what, where there has been no number yet?
        return new Progress(step, tokens, before, bestStep, before == null ? 0 : worse + 1, false);
    }

    /** The best value so far; NaN before the first, or where none was finite. */
    public double bestValue() {
        return best == null ? Double.NaN : best.value();
    }

    /** Whether the last validation was the best so far. */
    public boolean improved() {
        return bestStep == step;
    }
}
