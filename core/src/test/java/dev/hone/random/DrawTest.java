package dev.hone.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawTest {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** The JDK's SplittableRandom is SplitMix64 too; without a purpose, the key is the seed mixed twice. */
    @Test
    void aSequenceIsThatOfSplitMix64FromItsKey() {
        long key = mix(mix(42 + GOLDEN));
        SplittableRandom reference = new SplittableRandom(key);
        Draw draw = Draw.of(42, "");
        for (int i = 0; i < 100; i++) {
            assertThat(draw.bits(i)).isEqualTo(reference.nextLong());
        }
    }

    private static long mix(long z) {
        return new SplittableRandom(z - GOLDEN).nextLong();
    }

    /** Runs that were recorded would change if these did. */
    @Test
    void recordedNumbersStayAsTheyAre() {
        assertThat(Draw.of(42, "shuffle").bits(0)).isEqualTo(-6666548797899525150L);
        assertThat(Draw.of(42, "shuffle").at(3).bits(7)).isEqualTo(5358211526553880325L);
        assertThat(Draw.of(42, "shuffle").at(1).permutation(8)).containsExactly(7, 4, 2, 3, 6, 5, 1, 0);
    }

    @Test
    void aNumberDoesNotDependOnWhatWasAskedBefore() {
        Draw draw = Draw.of(7, "order");
        double[] forwards = IntStream.range(0, 50).mapToDouble(draw::uniform).toArray();
        for (int i = 49; i >= 0; i--) {
            draw.gaussian(i);
            assertThat(Draw.of(7, "order").uniform(i)).isEqualTo(forwards[i]);
            assertThat(draw.uniform(i)).isEqualTo(forwards[i]);
        }
    }

    @Test
    void seedPurposeAndPlaceEachMakeAnotherSequence() {
        Draw a = Draw.of(1, "a");
        assertThat(List.of(
                        a,
                        Draw.of(2, "a"),
                        Draw.of(1, "b"),
                        Draw.of(1, "ab"),
                        Draw.of(1, "ba"),
                        a.at(0),
                        a.at(1),
                        a.at(0).at(1),
                        a.at(1).at(0)))
                .extracting(draw -> draw.bits(0))
                .doesNotHaveDuplicates();
    }

    /** 100,000 draws: the standard error of a share p is √(p(1 − p)/n), at most 0.0016; five of them are allowed. */
    @Test
    void uniformNumbersFillTheirRangeEvenly() {
        Draw draw = Draw.of(3, "uniform");
        int[] tenths = new int[10];
        double sum = 0;
        for (int i = 0; i < 100_000; i++) {
            double u = draw.uniform(i);
            assertThat(u).isBetween(0.0, Math.nextDown(1.0));
            tenths[(int) (10 * u)]++;
            sum += u;
        }
        assertThat(sum / 100_000).isCloseTo(0.5, within(0.005));
        assertThat(Arrays.stream(tenths)).allMatch(count -> Math.abs(count - 10_000) < 500);
    }

    @Test
    void normalNumbersHaveMeanZeroAndVarianceOne() {
        Draw draw = Draw.of(3, "normal");
        double[] values =
                IntStream.range(0, 100_000).mapToDouble(draw::gaussian).toArray();
        assertThat(Arrays.stream(values).average().orElseThrow()).isCloseTo(0, within(0.016));
        assertThat(Arrays.stream(values).map(v -> v * v).average().orElseThrow())
                .isCloseTo(1, within(0.023));
        assertThat(Arrays.stream(values)).allMatch(Double::isFinite);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 1000})
    void aPermutationHasEveryNumberOnce(int count) {
        assertThat(Draw.of(5, "permutation").at(count).permutation(count))
                .containsExactlyInAnyOrder(IntStream.range(0, count).toArray());
    }

    /** 24,000 permutations of four: each of the 24 comes 1,000 times, give or take five times √960. */
    @Test
    void allPermutationsAreEquallyLikely() {
        int[] seen = new int[256];
        for (int i = 0; i < 24_000; i++) {
            int[] p = Draw.of(9, "permutations").at(i).permutation(4);
            seen[((p[0] * 4 + p[1]) * 4 + p[2]) * 4 + p[3]]++;
        }
        assertThat(Arrays.stream(seen).filter(count -> count > 0))
                .hasSize(24)
                .allMatch(count -> Math.abs(count - 1000) < 155);
    }

    @Test
    void aBoundMustBePositive() {
        assertThat(Draw.of(0, "").below(0, 1)).isZero();
        assertThatThrownBy(() -> Draw.of(0, "").below(0, 0)).hasMessage("bound (0) must be positive");
    }
}
