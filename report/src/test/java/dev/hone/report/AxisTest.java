package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void ticksAreRoundNumbers() {
        assertThat(Axis.rounded(0.13, 3.1, Scale.LINEAR, 7).ticks())
                .containsExactly(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5);
        assertThat(Axis.steps(1, 1200, 8).ticks()).containsExactly(0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0);
        assertThat(Axis.steps(900, 1000, 5).ticks()).containsExactly(900.0, 920.0, 940.0, 960.0, 980.0, 1000.0);
        assertThat(Axis.steps(1, 3, 8).ticks()).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    void aLogarithmicAxisMarksOneTwoFiveOrDecades() {
        assertThat(Axis.rounded(0.3, 4, Scale.LOGARITHMIC, 6).ticks()).containsExactly(0.2, 0.5, 1.0, 2.0, 5.0);
        assertThat(Axis.rounded(2e-6, 0.5, Scale.LOGARITHMIC, 6).ticks()).containsExactly(1e-5, 1e-4, 1e-3, 1e-2, 1e-1);
        assertThat(Axis.rounded(1, 100, Scale.LOGARITHMIC, 9).position(10)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void labelsAreAsShortAsTheyCanBe() {
        assertThat(Axis.label(0.30000000000000004)).isEqualTo("0.3");
        assertThat(Axis.label(12000)).isEqualTo("12,000");
        assertThat(Axis.label(2e-5)).isEqualTo("2e-5");
        assertThat(Axis.label(0)).isEqualTo("0");
        assertThat(Axis.label(100)).isEqualTo("100");
        assertThat(Axis.label(-2.5)).isEqualTo("-2.5");
        assertThat(Axis.label(1e9)).isEqualTo("1e9");
    }

    @Test
    void everyRangeFitsItsAxisAndHasAFewTicks() {
        long seed = 20240917;
        Random random = new Random(seed);
        for (int trial = 0; trial < 3000; trial++) {
            Scale scale = random.nextBoolean() ? Scale.LINEAR : Scale.LOGARITHMIC;
            double min =
                    Math.exp(random.nextGaussian() * 12) * (scale == Scale.LINEAR && random.nextBoolean() ? -1 : 1);
            double max = random.nextInt(5) == 0 ? min : min + Math.exp(random.nextGaussian() * 12);
            Axis axis = Axis.rounded(min, max, scale, 7);
            assertThat(axis.low())
                    .as("seed %d, trial %d: %s to %s %s", seed, trial, min, max, scale)
                    .isLessThanOrEqualTo(min);
            assertThat(axis.high()).isGreaterThanOrEqualTo(max).isGreaterThan(axis.low());
            assertThat(axis.ticks()).hasSizeBetween(1, 9);
            assertThat(axis.position(max)).isBetween(0.0, 1.0);
        }
    }
}
