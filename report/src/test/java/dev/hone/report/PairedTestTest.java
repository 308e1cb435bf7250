package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedTestTest {
    /** Of 10 that changed 2 or fewer on one side: 2 · (1 + 10 + 45) / 1024 = 0.109375. */
    @Test
    void eightGainedAndTwoLostMayBeChance() {
        assertThat(PairedTest.mcNemar(8, 2)).isCloseTo(0.109375, within(1e-12));
        assertThat(PairedTest.mcNemar(2, 8)).isCloseTo(0.109375, within(1e-12));
    }

    /** 2 / 2⁶ = 0.03125. */
    @Test
    void sixGainedAndNoneLostIsHardlyChance() {
        assertThat(PairedTest.mcNemar(6, 0)).isCloseTo(0.03125, within(1e-12));
    }

    @Test
    void whereNothingOrAsMuchWasGainedAsLostThereIsNoDifference() {
        assertThat(PairedTest.mcNemar(0, 0)).isEqualTo(1);
        assertThat(PairedTest.mcNemar(5, 5)).isEqualTo(1);
        assertThatThrownBy(() -> PairedTest.mcNemar(-1, 0)).hasMessageContaining("must not be negative");
    }

    /** Five thousand cases do not overflow: 2600 against 2400 is z = 200 / √5000 = 2.83, p = 0.0049 (normal: 0.0047). */
    @Test
    void manyCasesAreNoProblem() {
        assertThat(PairedTest.mcNemar(2600, 2400)).isCloseTo(0.0049, within(1e-4));
    }

    /** Losses differ between cases by far more than before and after do; pairing takes that out. */
    @Test
    void aSmallChangeOfEveryCaseIsSeenThroughLargeDifferencesBetweenCases() {
        double[] before = IntStream.range(0, 50).mapToDouble(i -> i).toArray();
        double[] after = IntStream.range(0, 50)
                .mapToDouble(i -> i + (i % 2 == 0 ? 0.1 : 0.3))
                .toArray();
        double[] weights = IntStream.range(0, 50).mapToDouble(i -> 1).toArray();
        PairedTest test = PairedTest.ofMeans(before, after, weights);
        assertThat(test.difference()).isCloseTo(0.2, within(1e-12));
        assertThat(test.interval().low()).isBetween(0.15, 0.2);
        assertThat(test.interval().high()).isBetween(0.2, 0.25);
        assertThat(test.pValue()).isLessThan(0.002);
        assertThat(PairedTest.ofMeans(before, before, weights).pValue()).isEqualTo(1);
    }
}
