package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that transformers 5.18 gives for the logits 2, 1, 0.5, −1, −2. */
class SamplerTest {
    private static final float[] LOGITS = {2, 1, .5f, -1, -2};
    private static final BitSet NONE = new BitSet();

    @Test
    void unchangedSamplingDrawsFromTheSoftmax() {
        assertThat(probabilities(Sampling.unchanged()))
                .containsExactly(new double[] {.602732, .221733, .134488, .030008, .011039}, within(1e-6));
    }

    @Test
    void aLowTemperatureSharpens() {
        assertThat(probabilities(new Sampling(.5, 0, 1, 0, 1, 0)))
                .containsExactly(new double[] {.841796, .113925, .041911, .002087, .000282}, within(1e-6));
    }

    @Test
    void topKKeepsTheLikeliest() {
        assertThat(kept(new Sampling(1, 2, 1, 0, 1, 0), LOGITS)).containsExactly(0, 1);
    }

    @Test
    void topKKeepsTiesWithTheLastOne() {
        assertThat(kept(new Sampling(1, 2, 1, 0, 1, 0), new float[] {1, 3, 1, 0, 1}))
                .containsExactly(0, 1, 2, 4);
    }

    @Test
    void topPKeepsTheLikeliestThatReachTheMass() {
        assertThat(kept(new Sampling(1, 0, .8, 0, 1, 0), LOGITS)).containsExactly(0, 1);
        assertThat(kept(new Sampling(1, 0, .6, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(kept(new Sampling(1, 0, 1e-9, 0, 1, 0), LOGITS)).containsExactly(0);
    }

    /** After top-k 2 the two hold .731 and .269 of what is left: .7 is reached by the first alone, .75 only by both. */
    @Test
    void topPCountsOnlyWhatTopKLeft() {
        assertThat(kept(new Sampling(1, 2, .7, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(kept(new Sampling(1, 2, .75, 0, 1, 0), LOGITS)).containsExactly(0, 1);
    }

    @Test
    void minPKeepsWhatIsLikelyBesideTheLikeliest() {
        assertThat(kept(new Sampling(1, 0, 1, .2, 1, 0), LOGITS)).containsExactly(0, 1, 2);
        assertThat(kept(new Sampling(1, 0, 1, 1, 1, 0), LOGITS)).containsExactly(0);
    }

    @Test
    void thePenaltyMakesSeenTokensLessLikelyWhateverTheirSign() {
        BitSet seen = new BitSet();
        seen.set(0);
        seen.set(3);
        float[] before = LOGITS.clone();
        assertThat(new Sampler(new Sampling(1, 0, 1, 0, 1.3, 0), 5).left(LOGITS, seen))
                .containsExactly(new float[] {1.538462f, 1, .5f, -1.3f, -2}, within(1e-6f));
        assertThat(LOGITS).isEqualTo(before);
        assertThat(new Sampler(new Sampling(0, 0, 1, 0, 3, 0), 5).choose(LOGITS, seen, 0))
                .isEqualTo(1);
    }

    /** Quotients of a tiny temperature leave float32; what is left is the likeliest token, whatever the uniform number. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-20, 1e-37, 1e-38, 1e-45, 1e-50, 1e-300, Double.MIN_VALUE})
    void aTinyTemperatureTakesTheLikeliestToken(double temperature) {
        for (float[] logits : List.of(
                new float[] {-1, 12, 11.999f, 0, -40},
                new float[] {-9, -7, -8, -7.5f, -30},
                new float[] {-3, 0, -1, -2, Float.NEGATIVE_INFINITY},
                new float[] {1e5f, 2e5f, 0, -1e5f, 1})) {
            for (Sampling sampling : List.of(
                    new Sampling(temperature, 0, 1, 0, 1, 0),
                    new Sampling(temperature, 3, .9, .1, 1.3, 0),
                    new Sampling(temperature, 0, 1e-30, 0, 1e-40, 0))) {
                for (double uniform : new double[] {0, .5, Math.nextDown(1.0)}) {
                    assertThat(new Sampler(sampling, 5).choose(logits, NONE, uniform))
                            .as("%s", sampling)
                            .isEqualTo(1);
                }
            }
            assertThat(new Sampler(new Sampling(temperature, 0, 1, 0, 1, 0), 5).takesAll(5))
                    .isEqualTo(temperature > 1e-30);
        }
    }

    /** Every token is as likely as every other, and yet the k likeliest are known. */
    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e6})
    void aHugeTemperatureLeavesTheOrderOfTokens(double temperature) {
        assertThat(kept(new Sampling(temperature, 0, 1, 0, 1, 0), LOGITS)).containsExactly(0, 1, 2, 3, 4);
        assertThat(kept(new Sampling(temperature, 2, 1, 0, 1, 0), LOGITS)).containsExactly(0, 1);
        assertThat(kept(new Sampling(temperature, 0, 1e-30, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(new Sampler(new Sampling(temperature, 0, 1, 0, 1, 0), 5).choose(LOGITS, NONE, .5))
                .isEqualTo(2);
    }

    @Test
    void theSmallestTopPAndTheLargestTopKAreTheirLimits() {
        assertThat(kept(new Sampling(1, 0, 1e-30, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(kept(new Sampling(1, 0, Double.MIN_VALUE, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(kept(new Sampling(1, 0, Math.nextDown(1.0), 0, 1, 0), LOGITS))
                .containsExactly(0, 1, 2, 3, 4);
        assertThat(kept(new Sampling(1, 1, 1, 0, 1, 0), LOGITS)).containsExactly(0);
        assertThat(kept(new Sampling(1, Integer.MAX_VALUE, 1, 0, 1, 0), LOGITS)).containsExactly(0, 1, 2, 3, 4);
        assertThat(kept(new Sampling(1, 0, 1, Double.MIN_VALUE, 1, 0), LOGITS)).containsExactly(0, 1, 2, 3, 4);
    }

    /** Seen tokens become as unlikely, or as likely, as they can, and no number is lost. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-40, 1e3, 1e6})
    void anExtremePenaltyLeavesNumbers(double penalty) {
        BitSet all = new BitSet();
        all.set(0, 5);
        float[] left = new Sampler(new Sampling(.7, 0, 1, 0, penalty, 0), 5).left(new float[] {3, 0, -0f, -2, 1}, all);
        for (float value : left) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void greedyTakesTheLowestIdAmongTheLikeliest() {
        Sampler greedy = new Sampler(Sampling.greedy(), 5);
        assertThat(greedy.choose(LOGITS, NONE, .99)).isEqualTo(0);
        assertThat(greedy.choose(new float[] {0, 1, 2, 2, 1}, NONE, .99)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .5, 1, 2})
    void idsBeyondTheLimitAreNeverChosen(double temperature) {
        Sampler sampler = new Sampler(new Sampling(temperature, 0, 1, 0, 1, 0), 2);
        for (int i = 0; i < 100; i++) {
            assertThat(sampler.choose(new float[] {-5, -4, 100, 200}, NONE, i / 100.0))
                    .isLessThan(2);
        }
    }

    /** 10,000 numbers spread evenly over [0, 1) fall on each token as often as its probability says, to one each. */
    @Test
    void theUniformNumberFallsWhereProbabilitiesAreStacked() {
        Sampler sampler = new Sampler(Sampling.unchanged(), 5);
        double[] counts = new double[5];
        for (int i = 0; i < 10_000; i++) {
            counts[sampler.choose(LOGITS, NONE, (i + .5) / 10_000)]++;
        }
        assertThat(counts).containsExactly(new double[] {6027, 2217, 1345, 300, 110}, within(1.0));
        assertThat(sampler.choose(LOGITS, NONE, Math.nextDown(1.0))).isEqualTo(4);
    }

    /** Against the rules written down as plainly as possible, over 300 random rows with ties. */
    @Test
    void partialSelectionEqualsSortingEverything() {
        Random random = new Random(20);
        for (int round = 0; round < 300; round++) {
            int n = 1 + random.nextInt(60);
            float[] logits = new float[n];
            for (int i = 0; i < n; i++) {
                logits[i] = random.nextInt(4) == 0 ? random.nextInt(3) : (float) (3 * random.nextGaussian());
            }
            Sampling sampling =
                    new Sampling(.3 + random.nextDouble(), random.nextInt(n + 3), 1 - random.nextDouble(), 0, 1, 0);
            assertThat(kept(sampling, logits))
                    .as("round %d, %s", round, sampling)
                    .isEqualTo(plain(sampling, logits));
        }
    }

    private static List<Integer> plain(Sampling sampling, float[] logits) {
        float[] z = new float[logits.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = logits[i] / (float) sampling.temperature();
        }
        List<Integer> order = IntStream.range(0, z.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -z[i]))
                .toList();
        if (sampling.topK() > 0 && sampling.topK() < z.length) {
            float last = z[order.get(sampling.topK() - 1)];
            order = order.stream().filter(i -> z[i] >= last).toList();
        }
        double total = order.stream().mapToDouble(i -> Math.exp(z[i])).sum();
        double before = 0;
        java.util.ArrayList<Integer> kept = new java.util.ArrayList<>();
        for (int i : order) {
            if (before < sampling.topP()) {
                kept.add(i);
            }
            before += Math.exp(z[i]) / total;
        }
        return kept.stream().sorted().toList();
    }

    /** A vocabulary of 150,000 with a nearly flat distribution, where top-p keeps about half of it. */
    @Test
    void wideFlatVocabulariesAreSampledWithoutTrouble() {
        float[] logits = new float[150_000];
        Random random = new Random(1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (.1 * random.nextGaussian());
        }
        assertThat(kept(new Sampling(1, 0, .5, 0, 1, 0), logits).size()).isBetween(60_000, 75_000);
        assertThat(kept(new Sampling(1, 50, 1, 0, 1, 0), logits).size()).isEqualTo(50);
        assertThat(new Sampler(Sampling.standard(), logits.length).choose(logits, NONE, .3))
                .isBetween(0, 149_999);
    }

    @Test
    void aSettingOutOfRangeIsNamed() {
        refused(() -> new Sampling(-1, 0, 1, 0, 1, 0), "temperature (-1.0)");
        refused(() -> new Sampling(Double.NaN, 0, 1, 0, 1, 0), "temperature (NaN)");
        refused(() -> new Sampling(1, -3, 1, 0, 1, 0), "topK (-3)");
        refused(() -> new Sampling(1, 0, 0, 0, 1, 0), "topP (0.0)");
        refused(() -> new Sampling(1, 0, 1.1, 0, 1, 0), "topP (1.1)");
        refused(() -> new Sampling(1, 0, 1, 2, 1, 0), "minP (2.0)");
        refused(() -> new Sampling(1, 0, 1, 0, 0, 0), "repetitionPenalty (0.0)");
        refused(() -> new Sampler(Sampling.greedy(), 0), "vocabulary limit (0)");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    private static double[] probabilities(Sampling sampling) {
        float[] left = new Sampler(sampling, LOGITS.length).left(LOGITS, NONE);
        double total = 0;
        for (float z : left) {
            total += Math.exp(z);
        }
        double sum = total;
        return IntStream.range(0, left.length)
                .mapToDouble(i -> Math.exp(left[i]) / sum)
                .toArray();
    }

    private static List<Integer> kept(Sampling sampling, float[] logits) {
        float[] left = new Sampler(sampling, logits.length).left(logits, NONE);
        return IntStream.range(0, left.length)
                .filter(i -> left[i] != Float.NEGATIVE_INFINITY)
                .boxed()
                .toList();
    }
}
