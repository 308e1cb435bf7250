package dev.hone.train;

/**
 * How far a run has come: what is saved beside the weights to go on exactly here.
 *
 * @param step completed steps
 * @param tokens tokens read so far
 * @param bestLoss lowest evaluation loss so far; infinite before the first
 * @param bestStep the step it was measured after
 * @param worse evaluations since then
 */
public record Progress(long step, long tokens, double bestLoss, long bestStep, int worse) {
    /** Before the first step. */
    public static Progress start() {
        return new Progress(0, 0, Double.POSITIVE_INFINITY, 0, 0);
    }

    Progress stepped(long moreTokens) {
        return new Progress(step + 1, tokens + moreTokens, bestLoss, bestStep, worse);
    }

    Progress evaluated(double loss) {
        return loss < bestLoss
                ? new Progress(step, tokens, loss, step, 0)
                : new Progress(step, tokens, bestLoss, bestStep, worse + 1);
    }

    /** Whether the last evaluation was the best so far. */
    public boolean improved() {
        return bestStep == step;
    }
}
