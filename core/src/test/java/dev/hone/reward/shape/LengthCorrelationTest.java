package dev.hone.reward.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LengthCorrelationTest {
    /** In both groups the longer one earns more, though the group of short ones earns more on the whole. */
    @Test
    void onlyDifferencesWithinAGroupCount() {
        assertThat(LengthCorrelation.of(
                        List.of(new double[] {0, 1}, new double[] {5, 6}),
                        List.of(new int[] {100, 110}, new int[] {10, 20})))
                .isCloseTo(1, within(1e-12));
    }

    /** Differences (−1, 0, 1) and (−1, 1, 0) of one group: 1 / sqrt(2 · 2). */
    @Test
    void itIsPearsons() {
        assertThat(LengthCorrelation.of(List.of(new double[] {1, 2, 3}), List.of(new int[] {1, 3, 2})))
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void whatHasNoScoreIsLeftOut() {
        assertThat(LengthCorrelation.of(List.of(new double[] {1, Double.NaN, 3}), List.of(new int[] {1, 900, 2})))
                .isCloseTo(1, within(1e-12));
        assertThat(LengthCorrelation.of(List.of(new double[] {Double.NaN}), List.of(new int[] {1})))
                .isNaN();
    }

    @Test
    void withoutVarianceThereIsNone() {
        assertThat(LengthCorrelation.of(List.of(new double[] {1, 1}), List.of(new int[] {1, 2})))
                .isNaN();
        assertThat(LengthCorrelation.of(List.of(), List.of())).isNaN();
    }
}
