package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueHeadTest {
    private static final RequestedStatistics BOTH =
            new RequestedStatistics(Set.of(Statistic.LOG_PROBABILITY, Statistic.VALUE), null);

    private static TokenHead tokens(int vocabulary, int width) {
        return new TokenHead(new Parameter(
                ParameterSpec.HEAD, GoldenModels.sine(1, 0, vocabulary, width).times(0.1)));
    }

    private static Parameter critic(float... weight) {
        return new Parameter(
                ValueHead.WEIGHT, Tensor.of(weight, 1, weight.length).trainable());
    }

    /** h = (1, 2, 3) and (−1, 0, 1), w = (2, −1, ½): V = 1.5 and −1.5. */
    @Test
    void aValueIsAProductBesideWhatTheTokenHeadGives() {
        try (Scope scope = Scope.open()) {
            TokenHead tokens = tokens(5, 3);
            Tensor hidden = Tensor.of(new float[] {1, 2, 3, -1, 0, 1}, 2, 3);
            int[] ids = {4, 0};
            Map<Statistic, Tensor> scores = new ValueHead(tokens, critic(2, -1, .5f)).score(hidden, ids, BOTH);
            assertThat(scores.get(Statistic.VALUE).floats()).containsExactly(1.5f, -1.5f);
            assertThat(scores.get(Statistic.LOG_PROBABILITY).floats())
                    .containsExactly(tokens.score(hidden, ids, RequestedStatistics.PLAIN)
                            .get(Statistic.LOG_PROBABILITY)
                            .floats());
        }
    }

    /** L = Σ ln p·V, in one chunk and in three: each score's gradient is the other, and both come back to the hidden states. */
    @ParameterizedTest
    @CsvSource({"LOG_PROBABILITY, 50, 7", "ENTROPY, 20000, 300"})
    void bothGradientsComeBackToTheHiddenStates(Statistic statistic, int vocabulary, int targets) {
        try (Scope scope = Scope.open()) {
            TokenHead tokens = tokens(vocabulary, 3);
            Tensor hidden = GoldenModels.sine(2, 0, targets, 3);
            int[] ids = IntStream.range(0, targets).map(i -> i % vocabulary).toArray();
            Parameter weight = critic(.3f, -.2f, .5f);
            ValueHead head = new ValueHead(tokens, weight);
            RequestedStatistics question = new RequestedStatistics(Set.of(statistic, Statistic.VALUE), null);
            Head.HeadOutput result = head.scoreAndDifferentiate(hidden, ids, question, product(statistic));
            Map<Statistic, Tensor> scores = head.score(hidden, ids, question);
            for (Statistic each : question.statistics()) {
                assertThat(result.scores().get(each).floats())
                        .containsExactly(scores.get(each).floats(), within(1e-6f));
            }
            float[] gradient = result.hiddenGradient().floats();
            for (int entry : new int[] {0, 1, 3 * targets - 1}) {
                assertThat((double) gradient[entry])
                        .as("entry %d", entry)
                        .isCloseTo(difference(head, hidden, ids, question, statistic, entry), within(2e-3));
            }
            float[] expected =
                    scores.get(statistic).view(1, targets).matmul(hidden).floats();
            assertThat(weight.gradient().floats()).containsExactly(expected, within(1e-3f));
        }
    }

    private static ScoreGradients product(Statistic statistic) {
        return new ScoreGradients() {
            @Override
            public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
                return Map.of(
                        statistic,
                        scores.get(Statistic.VALUE).copy(),
                        Statistic.VALUE,
                        scores.get(statistic).copy());
            }

            @Override
            public boolean areConstant() {
                return false;
            }
        };
    }

    private static double difference(
            ValueHead head, Tensor hidden, int[] ids, RequestedStatistics question, Statistic statistic, int entry) {
        double by = 1e-2;
        return (loss(head, moved(hidden, entry, by), ids, question, statistic)
                        - loss(head, moved(hidden, entry, -by), ids, question, statistic))
                / (2 * by);
    }

    private static Tensor moved(Tensor hidden, int entry, double by) {
        float[] values = hidden.floats();
        values[entry] += (float) by;
        return Tensor.of(values, hidden.shape());
    }

    private static double loss(
            ValueHead head, Tensor hidden, int[] ids, RequestedStatistics question, Statistic statistic) {
        Map<Statistic, Tensor> scores = head.score(hidden, ids, question);
        float[] one = scores.get(statistic).floats();
        float[] other = scores.get(Statistic.VALUE).floats();
        return IntStream.range(0, one.length)
                .mapToDouble(i -> (double) one[i] * other[i])
                .sum();
    }

    /** Values are 0 and the layers see nothing of it, but w has a gradient: with ∂V = 1 and 3, h₁ + 3h₂. */
    @Test
    void aNewCriticKnowsNothingAndDisturbsNothing() {
        try (Scope scope = Scope.open()) {
            TokenHead tokens = tokens(5, 3);
            Tensor hidden = Tensor.of(new float[] {1, 2, 3, -1, 0, 1}, 2, 3);
            Parameter weight = critic(0, 0, 0);
            ScoreGradients given = ScoreGradients.constant(Map.of(
                    Statistic.LOG_PROBABILITY, Tensor.of(new float[] {1, -2}),
                    Statistic.VALUE, Tensor.of(new float[] {1, 3})));
            Head.HeadOutput result =
                    new ValueHead(tokens, weight).scoreAndDifferentiate(hidden, new int[] {1, 2}, BOTH, given);
            Head.HeadOutput alone =
                    tokens.scoreAndDifferentiate(hidden, new int[] {1, 2}, RequestedStatistics.PLAIN, given);
            assertThat(result.scores().get(Statistic.VALUE).floats()).containsExactly(0, 0);
            assertThat(result.hiddenGradient().floats())
                    .containsExactly(alone.hiddenGradient().floats());
            assertThat(weight.gradient().floats()).containsExactly(-2, 2, 6);
        }
    }

    /** In bf16 the hidden states are rounded, the product is not. */
    @Test
    void valuesAreFloat32WhateverTheComputeType() {
        try (Scope scope = Scope.open()) {
            Tensor hidden = Tensor.of(new float[] {1, 1, 2, 1}, 2, 2).to(DType.BF16);
            ValueHead head = new ValueHead(tokens(5, 2), critic(1, 1e-4f));
            RequestedStatistics values = new RequestedStatistics(Set.of(Statistic.VALUE), null);
            assertThat(head.score(hidden, new int[] {0, 1}, values)
                            .get(Statistic.VALUE)
                            .floats())
                    .containsExactly(new float[] {1.0001f, 2.0001f}, within(1e-6f));
        }
    }

    @Test
    void otherHeadsHaveNoValues() {
        try (Scope scope = Scope.open()) {
            Tensor hidden = Tensor.zeros(DType.F32, 2, 3);
            assertThatThrownBy(() -> tokens(5, 3).score(hidden, new int[2], BOTH))
                    .hasMessageContaining("VALUE is asked of a model without a value head");
        }
    }
}
