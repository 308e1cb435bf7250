package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Batch;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.train.Metrics;
import dev.hone.train.Policy;
import java.util.List;
import java.util.Map;

/**
 * What a policy makes of the rows of a step.
 *
 * @param measured its loss, and what else is measured
 * @param gradients of each trained weight; empty where none has come
 */
public record Step(Metrics measured, List<float[]> gradients) {
    private static final Draw PLACE = Draw.of(1, "dropout").at(3);

    public static Step of(Policy policy, List<Batch> batches, Objective objective) {
        try (Scope scope = Scope.open()) {
            policy.parameters().forEach(p -> p.value().clearGradient());
            Metrics measured = policy.accumulate(batches, objective, PLACE);
            List<float[]> gradients = policy.parameters().stream()
                    .map(Parameter::value)
                    .map(value -> value.hasGradient() ? value.gradient().floats() : new float[0])
                    .toList();
            return new Step(measured, gradients);
        }
    }

    public double loss() {
        return measured.loss();
    }

    /**
     * Loss and measures agree to 10⁻⁵, and each gradient, none of which is zero, differs by less than 5 · 10⁻⁵ of its length: where
     * chosen and rejected answers pull against each other, what is left is less exact than its float32 parts.
     */
    public void requireLike(Step expected) {
        requireLike(measured, expected.measured);
        for (int p = 0; p < expected.gradients.size(); p++) {
            float[] a = gradients.get(p);
            float[] e = expected.gradients.get(p);
            assertThat(a).as("weight %d", p).hasSameSizeAs(e);
            double difference = 0;
            double length = 0;
            for (int i = 0; i < e.length; i++) {
                difference += Math.pow(a[i] - e[i], 2);
                length += Math.pow(e[i], 2);
            }
            assertThat(Math.sqrt(difference)).as("weight %d", p).isLessThanOrEqualTo(5e-5 * Math.sqrt(length));
            assertThat(length).as("weight %d", p).isPositive();
        }
    }

    /** Two measurements agree to 10⁻⁵. */
    public static void requireLike(Metrics actual, Metrics expected) {
        assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5 * Math.max(1, Math.abs(expected.loss()))));
        assertThat(actual.measures()).hasSameSizeAs(expected.measures());
        for (Map.Entry<String, Double> measure : expected.measures().entrySet()) {
            assertThat(actual.measures().get(measure.getKey()))
                    .as(measure.getKey())
                    .isCloseTo(measure.getValue(), within(1e-5 * Math.max(1, Math.abs(measure.getValue()))));
        }
    }

    /** Not a bit differs. */
    public void requireSameBits(Step expected) {
        assertThat(measured).isEqualTo(expected.measured);
        for (int p = 0; p < expected.gradients.size(); p++) {
            assertThat(expected.gradients.get(p)).as("weight %d", p).isNotEmpty();
            assertThat(gradients.get(p)).as("weight %d", p).containsExactly(expected.gradients.get(p));
        }
    }
}
