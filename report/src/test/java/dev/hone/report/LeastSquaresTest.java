package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LeastSquaresTest {
    /**
     * x 1 2 3 4, y 1 3 2 4: means 2.5; Σ(x−x̄)² = 5, Σ(x−x̄)(y−ȳ) = 4, Σ(y−ȳ)² = 5. Slope 0.8, intercept 0.5, R² = 0.8² · 5 / 5 = 0.64,
     * deviation √(1.8 / 2).
     */
    @Test
    void theLineAndItsShareOfTheVarianceAreThoseByHand() {
        LeastSquares line = LeastSquares.of(new double[] {1, 2, 3, 4}, new double[] {1, 3, 2, 4});

        assertThat(line.slope()).isCloseTo(0.8, within(1e-12));
        assertThat(line.intercept()).isCloseTo(0.5, within(1e-12));
        assertThat(line.rSquared()).isCloseTo(0.64, within(1e-12));
        assertThat(line.deviation()).isCloseTo(Math.sqrt(0.9), within(1e-12));
    }

    /** At the mean of x the width is t(2) · s · √(1 + 1/4) = 4.303 · 0.948683 · 1.118034. */
    @Test
    void theIntervalOfAnotherPointIsThatByHand() {
        LeastSquares line = LeastSquares.of(new double[] {1, 2, 3, 4}, new double[] {1, 3, 2, 4});

        assertThat(line.prediction(2.5).high()).isCloseTo(2.5 + 4.5640, within(1e-3));
        assertThat(line.prediction(2.5).low()).isCloseTo(2.5 - 4.5640, within(1e-3));
        assertThat(line.prediction(10).high() - line.at(10)).isGreaterThan(4.5640);
    }

    @Test
    void pointsOnALineHaveNoDeviation() {
        LeastSquares line = LeastSquares.of(new double[] {0, 1, 2}, new double[] {1, 3, 5});

        assertThat(line.rSquared()).isEqualTo(1);
        assertThat(line.prediction(7)).isEqualTo(new Interval(15, 15));
    }

    @Test
    void twoPointsOrPointsAboveOneAnotherAreRefused() {
        assertThatThrownBy(() -> LeastSquares.of(new double[2], new double[2])).hasMessageContaining("three points");
        assertThatThrownBy(() -> LeastSquares.of(new double[3], new double[3])).hasMessageContaining("the same x");
    }
}
