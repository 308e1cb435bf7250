package dev.hone.objective;

import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Single answers that are desirable or not: what both of the losses for them have in common.
 *
 * @param ratios how much likelier the policy finds each answer than the reference does, x [answers]
 * @param logps the policy's log-probability of each answer [answers]
 * @param desirable 1 or 0 for each answer
 */
@SuppressWarnings("ArrayRecordComponent") // a column; equality is never asked
record BinaryFeedback(Tensor ratios, Tensor logps, float[] desirable) {
    /** {@code w_D (1 − σ(β(x − z₀)))} of a desirable answer, {@code w_U (1 − σ(β(z₀ − x)))} of another; their sum. */
    Tensor loss(double beta, double referencePoint, double desirableWeight, double undesirableWeight) {
        float[] sign = new float[desirable.length];
        float[] weight = new float[desirable.length];
        for (int i = 0; i < desirable.length; i++) {
            boolean good = desirable[i] == 1;
            sign[i] = good ? -1 : 1;
            weight[i] = (float) (good ? desirableWeight : undesirableWeight);
        }
        Tensor worth = ratios.plus(-referencePoint).times(beta);
        return worth.times(Tensor.of(sign)).sigmoid().times(Tensor.of(weight)).sum();
    }

    /** Sums over answers: how often one is on the right side of the reference point, and their log-probabilities. */
    Map<String, Double> measures(double referencePoint) {
        float[] x = ratios.floats();
        float[] sums = logps.floats();
        Map<String, Double> measures = new LinkedHashMap<>();
        for (int i = 0; i < x.length; i++) {
            boolean good = desirable[i] == 1;
            measures.merge("rewards/accuracy", good == (x[i] > referencePoint) ? 1.0 : 0.0, Double::sum);
            measures.merge("logps/answers", (double) sums[i], Double::sum);
        }
        return measures;
    }
}
