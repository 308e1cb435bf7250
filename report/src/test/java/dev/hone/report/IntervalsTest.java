package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    /**
     * z² = 3.84146, middle 0.8 + 0.19207 = 0.99207, reach 1.95996 · √(0.016 + 0.0096036) = 0.313616, scale 1.384146:
     * (0.99207 ∓ 0.31362) / 1.38415.
     */
    @Test
    void eightOfTenIsBetweenHalfAndNearlyAll() {
        assertInterval(Intervals.wilson(8, 10), 0.4902, 0.9433);
    }

    /** At 0 of n the upper end is z²/(n + z²) = 3.84146 / 13.84146; n of n mirrors it. */
    @Test
    void noneAndAllHaveAnIntervalThatTouchesTheEdge() {
        assertInterval(Intervals.wilson(0, 10), 0, 0.2775);
        assertInterval(Intervals.wilson(10, 10), 0.7225, 1);
        assertThat(Intervals.wilson(0, 10).low()).isZero();
        assertThat(Intervals.wilson(10, 10).high()).isEqualTo(1);
    }

    /** At one half it is centred: reach/scale = z √(1/4n + z²/4n²) / (1 + z²/n) = z / (2 √(n + z²)); 1.95996 / 20.3805. */
    @Test
    void aHalfIsCentred() {
        assertInterval(Intervals.wilson(50, 100), 0.5 - 0.09617, 0.5 + 0.09617);
    }

    @Test
    void nothingTriedSaysNothing() {
        assertInterval(Intervals.wilson(0, 0), 0, 1);
    }

    @Test
    void everyIntervalContainsItsShareAndNarrowsWithMoreTrials() {
        for (int total = 1; total <= 60; total++) {
            for (int right = 0; right <= total; right++) {
                Interval few = Intervals.wilson(right, total);
                Interval many = Intervals.wilson(100L * right, 100L * total);
                assertThat(few.contains((double) right / total)).isTrue();
                assertThat(many.high() - many.low()).isLessThan(few.high() - few.low());
            }
        }
    }

    /** Zeros and ones are a share: of 400 with 100 ones the standard error is √(0.25 · 0.75 / 400) = 0.02165. */
    @Test
    void theBootstrapOfAShareIsAsWideAsItsStandardErrorSays() {
        double[] values =
                IntStream.range(0, 400).mapToDouble(i -> i % 4 == 0 ? 1 : 0).toArray();
        double[] weights = IntStream.range(0, 400).mapToDouble(i -> 1).toArray();
        Interval interval = Intervals.bootstrap(values, weights, 7);
        assertThat(interval.low()).isCloseTo(0.25 - 1.96 * 0.02165, within(0.005));
        assertThat(interval.high()).isCloseTo(0.25 + 1.96 * 0.02165, within(0.005));
        assertThat(Intervals.bootstrap(values, weights, 7)).isEqualTo(interval);
    }

    /** The second value weighs nothing, so that every resample with a weight has the mean 3. */
    @Test
    void aValueWithoutWeightHasNoPartInABootstrap() {
        assertThat(Intervals.bootstrap(new double[] {3, 100}, new double[] {2, 0}, 1))
                .isEqualTo(new Interval(3, 3));
        assertThatThrownBy(() -> Intervals.bootstrap(new double[] {3}, new double[] {0}, 1))
                .hasMessage("no weight is above zero");
        assertThatThrownBy(() -> Intervals.bootstrap(new double[] {}, new double[] {}, 1))
                .hasMessageContaining("cannot be resampled");
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThatThrownBy(() -> Intervals.wilson(11, 10)).hasMessage("right (11) must be from 0 to total (10)");
        assertThatThrownBy(() -> Intervals.wilson(-1, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Intervals.wilson(1, 10, Double.NaN)).hasMessageContaining("z (NaN)");
    }

    private static void assertInterval(Interval actual, double low, double high) {
        assertThat(actual.low()).isCloseTo(low, within(5e-5));
        assertThat(actual.high()).isCloseTo(high, within(5e-5));
    }
}
