package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Two completions, of three tokens with advantage 1 and of two with −½, whose token log-probabilities are given. What tests expect
 * of them is TRL's, of its own loss functions on these numbers.
 */
final class CompletionFixture {
    static final float[] POLICY = {-.5f, -1, -.2f, -.8f, -.3f};
    static final float[] SAMPLED = {-.9f, -.9f, -.3f, -.6f, -.7f};
    static final float[] REFERENCE = {-.7f, -.8f, -.3f, -.9f, -.2f};
    static final float[] ADVANTAGES = {1, 1, 1, -.5f, -.5f};
    private static final int[] ROWS = {0, 0, 0, 1, 1};

    private CompletionFixture() {}

    static Batch batch() {
        return batch(SAMPLED);
    }

    /** On policy: what sampled is the policy itself. */
    static Batch onPolicy() {
        return batch(POLICY);
    }

    /** The second completion is cut short and left out; its row is still there. */
    static Batch secondIsMasked() {
        return part(batch(), 3);
    }

    private static Batch batch(float[] sampled) {
        return laid(5).with(Annotation.SAMPLED, sampled)
                .with(Annotation.REFERENCE, REFERENCE)
                .with(Annotation.ADVANTAGE, ADVANTAGES);
    }

    private static Batch laid(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        Targets targets = new Targets(new int[count], new int[count], ones, Arrays.copyOf(ROWS, count));
        return new Batch(
                new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {0, 1});
    }

    private static Batch part(Batch whole, int count) {
        Batch part = laid(count);
        for (Annotation annotation : List.of(Annotation.SAMPLED, Annotation.REFERENCE, Annotation.ADVANTAGE)) {
            part = part.with(annotation, Arrays.copyOf(whole.get(annotation), count));
        }
        return part;
    }

    /** What a step with this one batch makes of an objective, divided as training divides it. */
    record Taken(double loss, float[] gradient, Map<String, Double> measures) {
        void requireLoss(double expected) {
            assertThat(loss).isCloseTo(expected, within(1e-6));
        }

        void requireGradient(double... expected) {
            assertThat(gradient).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) gradient[i]).as("token %d", i).isCloseTo(expected[i], within(1e-6));
            }
        }

        void requireMeasure(String name, double expected) {
            assertThat(measures.get(name)).as(name).isCloseTo(expected, within(1e-6));
        }
    }

    static Taken taken(Objective objective, Batch batch) {
        return taken(objective, batch, Map.of());
    }

    /**
     * @param more statistics beside the log-probabilities
     */
    static Taken taken(Objective given, Batch batch, Map<Statistic, float[]> more) {
        int count = batch.targets().count();
        Tensor leaf = Tensor.of(Arrays.copyOf(POLICY, count)).trainable();
        Map<Statistic, Tensor> statistics = new EnumMap<>(Statistic.class);
        more.forEach((statistic, values) -> statistics.put(statistic, Tensor.of(values)));
        statistics.put(Statistic.LOG_PROBABILITY, leaf.detach());
        Scores plain = new Scores(statistics, batch.targets());
        Objective objective = given.needsFirstPass() ? given.afterFirstPass(List.of(plain), List.of(batch)) : given;
        statistics.put(Statistic.LOG_PROBABILITY, leaf);
        List<Tensor> parts = new ArrayList<>();
        objective
                .sums(new Scores(statistics, batch.targets()), batch)
                .forEach((term, sum) ->
                        parts.add(sum.times(1 / objective.weights(batch).get(term))));
        Tensor loss = parts.stream().reduce(Tensor::plus).orElseThrow();
        loss.backward();
        Map<String, Double> measures = new java.util.TreeMap<>(objective.largest(plain, batch));
        objective.measures(plain, batch).forEach((name, sum) -> measures.put(name, sum / objective.measured(batch)));
        return new Taken(loss.scalar(), leaf.hasGradient() ? leaf.gradient().floats() : new float[count], measures);
    }
}
