package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The head that works in chunks and without a graph, against the plain log-softmax with one, in float64. */
class TokenHeadTest {
    private static final int HIDDEN = 6;

    /** A block has 2¹⁸ logits: of a vocabulary of 70,000, that is all of it at three positions, and less at four. */
    @ParameterizedTest
    @CsvSource({"32, 1", "32, 50", "70000, 3", "70000, 4", "70000, 75"})
    void scoresAndGradientsAreThoseOfThePlainLogSoftmax(int vocabulary, int targets) {
        try (Scope scope = Scope.open()) {
            int[] tokens = Drawn.tokens("tokens", targets, vocabulary);
            Tensor scoreGradients = Drawn.gaussian("slopes", targets);

            Tensor wideHidden =
                    Drawn.gaussian("hidden", targets, HIDDEN).to(DType.F64).trainable();
            Tensor wideWeight =
                    Drawn.gaussian("weight", vocabulary, HIDDEN).to(DType.F64).trainable();
            Tensor plain = wideHidden
                    .linear(wideWeight)
                    .logSoftmax(1)
                    .gather(1, Tensor.of(tokens, targets, 1))
                    .view(-1);
            plain.times(scoreGradients).sum().backward();

            Tensor hidden = Drawn.gaussian("hidden", targets, HIDDEN);
            Tensor weight = Drawn.gaussian("weight", vocabulary, HIDDEN).trainable();
            TokenHead head = new TokenHead(new Parameter("lm_head.weight", weight));
            Head.HeadOutput result = head.scoreAndDifferentiate(
                    hidden,
                    tokens,
                    RequestedStatistics.PLAIN,
                    ScoreGradients.constant(Map.of(Statistic.LOG_PROBABILITY, scoreGradients)));
            close(logProbabilities(result.scores()), plain);
            close(logProbabilities(head.score(hidden, tokens, RequestedStatistics.PLAIN)), plain);
            close(result.hiddenGradient(), wideHidden.gradient());
            close(weight.gradient(), wideWeight.gradient());
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aWeightKeepsTheGradientItHadAndAFrozenOneGetsNone(boolean trained) {
        try (Scope scope = Scope.open()) {
            Tensor weight = Drawn.gaussian("weight", 32, HIDDEN);
            if (trained) {
                weight.trainable();
            }
            TokenHead head = new TokenHead(new Parameter("model.embed_tokens.weight", weight));
            Tensor hidden = Drawn.gaussian("hidden", 2, HIDDEN);
            ScoreGradients scoreGradients =
                    ScoreGradients.constant(Map.of(Statistic.LOG_PROBABILITY, Tensor.of(new float[] {1, 2})));
            head.scoreAndDifferentiate(hidden, new int[] {3, 4}, RequestedStatistics.PLAIN, scoreGradients);
            assertThat(weight.hasGradient()).isEqualTo(trained);
            if (trained) {
                float[] once = weight.gradient().floats();
                head.scoreAndDifferentiate(hidden, new int[] {3, 4}, RequestedStatistics.PLAIN, scoreGradients);
                close(weight.gradient(), Tensor.of(once, 32, HIDDEN).times(2));
            }
        }
    }

    @Test
    void noTargetsGiveNoScores() {
        try (Scope scope = Scope.open()) {
            TokenHead head = new TokenHead(new Parameter("lm_head.weight", Drawn.gaussian("weight", 32, HIDDEN)));
            Tensor none = Tensor.zeros(DType.F32, 0, HIDDEN);
            assertThat(logProbabilities(head.score(none, new int[0], RequestedStatistics.PLAIN))
                            .floats())
                    .isEmpty();
            assertThat(head.scoreAndDifferentiate(
                                    none, new int[0], RequestedStatistics.PLAIN, ScoreGradients.constant(Map.of()))
                            .hiddenGradient()
                            .shape())
                    .containsExactly(0, HIDDEN);
        }
    }

    private static Tensor logProbabilities(Map<Statistic, Tensor> scores) {
        assertThat(scores).containsOnlyKeys(Statistic.LOG_PROBABILITY);
        return scores.get(Statistic.LOG_PROBABILITY);
    }

    private static void close(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double largest = Math.max(1, expected.abs().max().scalar());
        assertThat(actual.minus(expected).abs().max().scalar()).isCloseTo(0, within(5e-6 * largest));
    }
}
