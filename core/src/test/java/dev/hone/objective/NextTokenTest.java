package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
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

    /** The same 1.4271162 over six targets instead of three. */
    @Test
    void theMeanIsOverAllTargetsOfTheStep() {
        float[] scores = {(float) Math.log(.5), (float) Math.log(.8), (float) Math.log(.6)};
        try (Scope scope = Scope.open()) {
            assertThat(sum(row(1, 1, 1, 1), scores) / 6).isCloseTo(.2378527, within(1e-6));
        }
    }

    /** −(.5·log .5 + .8·log .8 + .6·log .6) / 3; the gradient of a target is −p, and the plain mean is reported beside. */
    @Test
    void dynamicFineTuningWeighsEachTokenByItsProbability() {
        NextToken dft = new NextToken(NextToken.TokenLossType.DFT, 0);
        try (Scope scope = Scope.open()) {
            Batch batch = row(1, 1, 1, 1);
            Tensor leaf = Tensor.of(new float[] {(float) Math.log(.5), (float) Math.log(.8), (float) Math.log(.6)})
                    .trainable();
            Scores scores = new Scores(leaf, batch.targets());
            Tensor sum = dft.sums(scores, batch).get(Term.LOSS);
            assertThat(sum.scalar() / 3).isCloseTo(.2771946, within(1e-6));
            assertThat(dft.measures(scores, batch).get("nll") / 3).isCloseTo(.4757054, within(1e-6));
            sum.backward();
            assertThat(leaf.gradient().floats()).containsExactly(new float[] {-.5f, -.8f, -.6f}, within(1e-6f));
        }
    }

    /**
     * p = (½, ¼, ¼) and the token ½: nll = log 2, mean of −log p = 5/3·log 2; p = (1, 1, 1, 1)/4: both 2·log 2. With ε 0.1 the
     * losses are (0.9 + 0.5/3)·log 2 and 2·log 2, their mean 1.0628261.
     */
    @Test
    void smoothingSpreadsAShareOfTheWeightOverTheVocabulary() {
        NextToken smoothed = new NextToken(NextToken.TokenLossType.NLL, 0.1);
        float two = (float) Math.log(2);
        try (Scope scope = Scope.open()) {
            Batch batch = row(1, 1, 1);
            Tensor log = Tensor.of(new float[] {-two, -2 * two}).trainable();
            Tensor mean = Tensor.of(new float[] {-5 * two / 3, -2 * two}).trainable();
            Scores scores = new Scores(
                    Map.of(Statistic.LOG_PROBABILITY, log, Statistic.MEAN_LOG_PROBABILITY, mean), batch.targets());
            Tensor sum = smoothed.sums(scores, batch).get(Term.LOSS);
            assertThat(sum.scalar() / 2).isCloseTo(1.0628261, within(1e-6));
            assertThat(smoothed.measures(scores, batch).get("nll") / 2).isCloseTo(1.5 * two, within(1e-6));
            sum.backward();
            assertThat(log.gradient().floats()).containsExactly(new float[] {-.9f, -.9f}, within(1e-6f));
            assertThat(mean.gradient().floats()).containsExactly(new float[] {-.1f, -.1f}, within(1e-6f));
        }
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new NextToken(NextToken.TokenLossType.NLL, 1)).hasMessageContaining("smoothing (1.0)");
        assertThatThrownBy(() -> new NextToken(NextToken.TokenLossType.DFT, 0.1))
                .hasMessageContaining("leave one out");
    }

    @Test
    void aStatisticThatNobodyComputedIsMissedByName() {
        try (Scope scope = Scope.open()) {
            Batch batch = row(1, 1);
            Scores bare = new Scores(Tensor.of(new float[] {-1}), batch.targets());
            assertThatThrownBy(() -> new NextToken(NextToken.TokenLossType.NLL, 0.1).sums(bare, batch))
                    .hasMessageContaining("MEAN_LOG_PROBABILITY was not computed");
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
