package dev.hone.train;

/**
 * How far a run has come: what is saved beside the weights to go on exactly here.
 *
 * @param step completed steps
 * @param tokens tokens read so far
 * @param bestLoss lowest evaluation loss so far; infinite before the first
 * @param bestStep the step it was measured after
 * @param worse evaluations since then
 * @param unmeasured whether held-out rows are still to be measured after this step
 */
public record Progress(long step, long tokens, double bestLoss, long bestStep, int worse, boolean unmeasured) {
    /** Before the first step. */
    public static Progress start() {
        return new Progress(0, 0, Double.POSITIVE_INFINITY, 0, 0, false);
    }

    Progress stepped(long moreTokens) {
        return new Progress(step + 1, tokens + moreTokens, bestLoss, bestStep, worse, false);
    }

    /** An evaluation is due and has not been made. */
    Progress awaitingEvaluation() {
        return new Progress(step, tokens, bestLoss, bestStep, worse, true);
    }

    Progress evaluated(double loss) {
        return loss < bestLoss
                ? new Progress(step, tokens, loss, step, 0, false)
                : new Progress(step, tokens, bestLoss, bestStep, worse + 1, false);
    }

    /** Whether the last evaluation was the best so far. */
    public boolean improved() {
        return bestStep == step;
    }
}
