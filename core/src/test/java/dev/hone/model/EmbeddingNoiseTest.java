package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingNoiseTest {
    private static final Draw STEP = Draw.of(1, "dropout").at(3);

    @ParameterizedTest
    @CsvSource({"5, 4, 16, .625", "5, 512, 896, .00738212"})
    void theBoundFallsWithTheRootOfAllEntries(double alpha, int length, int hidden, double expected) {
        assertThat(EmbeddingNoise.bound(alpha, length, hidden)).isCloseTo(expected, within(1e-8));
    }

    /** 4 tokens of width 1000 and α 20: ±√0.1. A uniform number's variance is a third of its bound's square. */
    @Test
    void numbersAreUniformWithinTheBound() {
        try (Scope scope = Scope.open()) {
            float[] noise = noise(20, 1000, Batch.of(List.of(row(7, 4))));
            double bound = Math.sqrt(0.1);
            double sum = 0;
            double squares = 0;
            for (float number : noise) {
                assertThat(Math.abs(number)).isLessThanOrEqualTo((float) bound);
                sum += number;
                squares += number * number;
            }
            assertThat(sum / noise.length).isCloseTo(0, within(0.01));
            assertThat(squares / noise.length).isCloseTo(0.1 / 3, within(0.001));
        }
    }

    /** Beside a longer row or alone, a row is 3 tokens long; at another step it gets other noise. */
    @Test
    void aRowGetsTheSameNoiseInAnyBatch() {
        try (Scope scope = Scope.open()) {
            float[] alone = noise(5, 2, Batch.of(List.of(row(7, 3))));
            float[] beside = noise(5, 2, Batch.of(List.of(row(8, 5), row(7, 3))));
            assertThat(Arrays.copyOfRange(beside, 10, 16)).containsExactly(alone);
            assertThat(Arrays.copyOfRange(beside, 0, 6)).isNotEqualTo(alone);
            float[] later = floats(new EmbeddingNoise(5, STEP.at(1), Batch.of(List.of(row(7, 3)))), 3, 2);
            assertThat(later).isNotEqualTo(alone);
        }
    }

    /** Prompt 1 2 3 with answers of 1 and of 9 tokens: the texts are 4 and 12 long, so with α 1 and h 1 at most 1/2 and 1/√12. */
    @Test
    void theLengthOfAnAnswerIncludesTheSharedPrompt() {
        try (Scope scope = Scope.open()) {
            Batch batch = Pair.batch(List.of(new Pair(answered(1, 1), answered(2, 9), 0)));
            assertThat(batch.tokenCount()).isLessThan(4 + 12);
            float[] noise = noise(1, 1, batch);
            Draw rejected = STEP.at("embedding noise".hashCode()).at(2);
            int last = noise.length - 1;
            double expected = (2 * rejected.uniform(batch.positions()[last]) - 1) / Math.sqrt(12);
            assertThat((double) noise[last]).isCloseTo(expected, within(1e-7));
        }
    }

    private static Example answered(long id, int answer) {
        int[] tokens = new int[3 + answer];
        float[] weights = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i < 3 ? i + 1 : 10 * (int) id;
            weights[i] = i < 3 ? 0 : 1;
        }
        return new Example(id, tokens, weights);
    }

    private static Example row(long id, int length) {
        return Example.ofText(id, new int[length]);
    }

    private static float[] noise(double alpha, int hidden, Batch batch) {
        return floats(new EmbeddingNoise(alpha, STEP, batch), batch.tokenCount(), hidden);
    }

    private static float[] floats(EmbeddingNoise noise, int tokens, int hidden) {
        return noise.apply(Tensor.zeros(DType.F32, tokens, hidden)).floats();
    }
}
