package dev.hone.train;

/**
 * What one step did.
 *
 * @param step from 1
 * @param measurement the loss, and what else the objective measures, before the weights were changed
 * @param gradientNorm before it was shortened
 * @param learningRate the rate that was used
 * @param tokens tokens read in this step
 * @param trained targets learned in this step
 * @param seconds time it took
 */
public record StepReport(
        long step,
        Metrics measurement,
        double gradientNorm,
        double learningRate,
        long tokens,
        long trained,
        double seconds) {
    public double loss() {
        return measurement.loss();
    }
}
