package dev.hone.train;

/**
 * What one step did.
 *
 * @param step from 1
 * @param metrics the loss, and what else the objective measures, before the weights were changed
 * @param gradientNorm before clipping
 * @param learningRate the rate that was used
 * @param tokens tokens read in this step
 * @param trainedTokens targets trained in this step
 * @param seconds time it took
 */
public record StepReport(
        long step,
        Metrics metrics,
        double gradientNorm,
        double learningRate,
        long tokens,
        long trainedTokens,
        double seconds) {
    public double loss() {
        return metrics.loss();
    }
}
