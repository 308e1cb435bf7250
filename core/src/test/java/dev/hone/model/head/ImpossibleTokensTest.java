package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distillation where teacher or student hold a token certain or impossible. */
class ImpossibleTokensTest {
    private static final float NO = Float.NEGATIVE_INFINITY;
    private static final float[][] ROWS = {{0, NO, NO}, {1, 2, NO}, {0, 1e4f, -1e4f}, {0, 0, 0}, {-1e4f, 0, -50}};

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void theGradientIsFiniteAndWhatBothHoldImpossibleAddsNothing(double beta) {
        TeacherDivergence comparison = new TeacherDivergence(
                new TokenHead(new Parameter("lm_head.weight", Tensor.of(new float[3], 3, 1))), new float[1], beta, 1);
        for (float[] own : ROWS) {
            for (float[] other : ROWS) {
                try (Scope scope = Scope.open()) {
                    Tensor q = comparison.tempered(Tensor.of(own, 1, 3));
                    Tensor r = comparison.tempered(Tensor.of(other, 1, 3));
                    assertThat(comparison.of(q, r).isFinite()).isTrue();
                    assertThat(comparison.gradient(q, r).isFinite()).isTrue();
                    if (own == other) {
                        assertThat(comparison.of(q, r).scalar()).isCloseTo(0, within(1e-6));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-40, 1e-4, 1e4, Double.NaN, Double.POSITIVE_INFINITY})
    void temperaturesThatLeaveNothingToLearnAreRefused(double temperature) {
        assertThatThrownBy(() -> TeacherDivergence.requireTemperature(temperature))
                .hasMessageContaining("must be between 0.001 and 1000");
    }
}
