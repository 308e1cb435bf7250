package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Batch;
import dev.hone.data.Example;
import dev.hone.model.Scores;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextTokenTest {
    /** Token losses 1, 2, 3 in one micro-batch and 4 in another: 10 / 4, where the mean of the means would be 3. */
    @Test
    void theMeanIsTakenOverTheTokensOfAllMicroBatches() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(row(1, 1, 1, 1), new float[] {-1, -2, -3}, row(1, 1), new float[] {-4}))
                    .isCloseTo(2.5, within(1e-6));
        }
    }

    /** Probabilities 0.5, 0.8 and 0.6 of the three targets. */
    @Test
    void theLossIsTheCrossEntropy() {
        float[] scores = {(float) Math.log(.5), (float) Math.log(.8), (float) Math.log(.6)};
        try (Scope scope = Scope.open()) {
            assertThat(loss(row(1, 1, 1, 1), scores)).isCloseTo(.4757054, within(1e-6));
        }
    }

    /** Weights 2 and 1 on losses 1 and 4: (2 · 1 + 4) / 3. A weight of 0 is no target at all. */
    @Test
    void tokensCountByTheirWeight() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(row(1, 2, 0, 1), new float[] {-1, -4})).isCloseTo(2, within(1e-6));
        }
    }

    @Test
    void slopesAreTheNegativeWeights() {
        try (Scope scope = Scope.open()) {
            Batch batch = row(1, 2, 0, 1);
            Tensor scores = Tensor.of(new float[] {-1, -4}).trainable();
            new NextToken()
                    .sums(new Scores(scores, batch.targets()), batch)
                    .get(Term.LOSS)
                    .backward();
            assertThat(scores.gradient().floats()).containsExactly(-2, -1);
        }
    }

    private static double loss(Batch batch, float[] scores) {
        return sum(batch, scores) / weight(batch);
    }

    private static double loss(Batch first, float[] firstScores, Batch second, float[] secondScores) {
        return (sum(first, firstScores) + sum(second, secondScores)) / (weight(first) + weight(second));
    }

    private static double sum(Batch batch, float[] scores) {
        Scores given = new Scores(Tensor.of(scores), batch.targets());
        return new NextToken().sums(given, batch).get(Term.LOSS).scalar();
    }

    private static double weight(Batch batch) {
        return new NextToken().weights(batch).get(Term.LOSS);
    }

    private static Batch row(float... weights) {
        return Batch.of(List.of(new Example(0, new int[weights.length], weights)));
    }
}
