package dev.hone.model.head;

import static dev.hone.model.BlockContract.requireLike;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A token head's gradients, in one chunk and in two. A chunk has 64 MB of logits where log-probabilities alone are requested:
 * of a vocabulary of 70,000 in float32, that is 239 positions. Of other questions it has 128 positions here.
 */
class ScoreGradientsTest {
    private static final int HIDDEN = 6;
    private static final int WIDE = 70_000;
    private static final int TWO_CHUNKS = 240;

    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"32, 1", "32, 7", "70000, 5", "70000, 240"})
    void thatDependOnAllTargetsGiveWhatConstantOnesOfTheSameValuesGive(int vocabulary, int targets) {
        requireLikeConstant(new Given(vocabulary, targets), RequestedStatistics.PLAIN, Statistic.LOG_PROBABILITY);
    }

    /** The rest of the question is asked for its scores only. */
    @ParameterizedTest
    @EnumSource(names = {"LOG_PROBABILITY", "MEAN_LOG_PROBABILITY", "ENTROPY"})
    void ofOneStatisticGiveWhatConstantOnesGiveBesideOthersThatAreAsked(Statistic touched) {
        RequestedStatistics question = new RequestedStatistics(
                Set.of(
                        Statistic.LOG_PROBABILITY,
                        Statistic.MEAN_LOG_PROBABILITY,
                        Statistic.ENTROPY,
                        Statistic.COLLISION),
                null);
        requireLikeConstant(new Given(20_000, 128), question, touched);
        requireLikeConstant(new Given(20_000, 129), question, touched);
    }

    private static void requireLikeConstant(Given head, RequestedStatistics question, Statistic touched) {
        Map<Statistic, Tensor> scores = head.head.score(head.hidden, head.tokens, question);
        Coupled coupled = new Coupled(touched);
        Taken taken = head.taken(0, head.targets(), question, coupled);
        Taken expected = head.taken(0, head.targets(), question, ScoreGradients.constant(coupled.byHand(scores)));
        requireLike("hidden", taken.hidden, expected.hidden, 1e-5);
        requireLike("weight", taken.weight, expected.weight, 1e-5);
        assertThat(taken.scores).containsOnlyKeys(question.statistics());
        scores.forEach((each, values) ->
                requireLike(each.name(), taken.scores.get(each).floats(), values.floats(), 1e-6));
        assertThat(coupled.asked).containsExactly((long) head.targets());
    }

    @Test
    void thatAreConstantGiveInTwoChunksWhatEachGivesAlone() {
        Given head = new Given(WIDE, TWO_CHUNKS);
        int half = TWO_CHUNKS / 2;
        Taken whole = head.taken(0, TWO_CHUNKS, RequestedStatistics.PLAIN, head.random(0, TWO_CHUNKS));
        Taken first = head.taken(0, half, RequestedStatistics.PLAIN, head.random(0, half));
        Taken second = head.taken(half, half, RequestedStatistics.PLAIN, head.random(half, half));
        requireLike("first", Arrays.copyOf(whole.hidden, first.hidden.length), first.hidden, 1e-5);
        requireLike(
                "second",
                Arrays.copyOfRange(whole.hidden, first.hidden.length, whole.hidden.length),
                second.hidden,
                1e-5);
        Tensor sum = Tensor.of(first.weight).plus(Tensor.of(second.weight));
        requireLike("weight", whole.weight, sum.floats(), 1e-5);
    }

    /** L = Σ s²: what a chunk gives does not wait for the others, and is the same to the bit. */
    @Test
    void thatAreLocalGiveInOnePassWhatTwoPassesGive() {
        Given head = new Given(WIDE, TWO_CHUNKS);
        Taken one = head.taken(0, TWO_CHUNKS, RequestedStatistics.PLAIN, new Squares(true));
        Taken two = head.taken(0, TWO_CHUNKS, RequestedStatistics.PLAIN, new Squares(false));
        assertThat(one.hidden).isEqualTo(two.hidden);
        assertThat(one.weight).isEqualTo(two.weight);
        assertThat(one.scores.get(Statistic.LOG_PROBABILITY).floats())
                .isEqualTo(two.scores.get(Statistic.LOG_PROBABILITY).floats());
    }

    /** ∂(Σ s²)/∂s = 2·s, which says of itself that it is local, or does not. */
    private record Squares(boolean areLocal) implements ScoreGradients {
        @Override
        public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
            return Map.of(
                    Statistic.LOG_PROBABILITY,
                    scores.get(Statistic.LOG_PROBABILITY).times(2));
        }

        @Override
        public boolean areConstant() {
            return false;
        }
    }

    private record Taken(Map<Statistic, Tensor> scores, float[] hidden, float[] weight) {}

    private static final class Given {
        private final Tensor weight;
        private final TokenHead head;
        private final Tensor hidden;
        private final int[] tokens;

        Given(int vocabulary, int targets) {
            weight = Drawn.gaussian("weight", vocabulary, HIDDEN).trainable();
            head = new TokenHead(new Parameter("lm_head.weight", weight));
            hidden = Drawn.gaussian("hidden", targets, HIDDEN);
            tokens = Drawn.tokens("tokens", targets, vocabulary);
        }

        int targets() {
            return tokens.length;
        }

        ScoreGradients random(int from, int count) {
            Tensor scoreGradients = Drawn.gaussian("slopes", targets()).narrow(0, from, count);
            return ScoreGradients.constant(Map.of(Statistic.LOG_PROBABILITY, scoreGradients));
        }

        /** What the head gives for some of the targets. */
        Taken taken(int from, int count, RequestedStatistics question, ScoreGradients scoreGradients) {
            weight.clearGradient();
            Head.HeadOutput result = head.scoreAndDifferentiate(
                    hidden.narrow(0, from, count),
                    Arrays.copyOfRange(tokens, from, from + count),
                    question,
                    scoreGradients);
            return new Taken(
                    result.scores(),
                    result.hiddenGradient().floats(),
                    weight.gradient().floats());
        }
    }

    /** With L = Σ s² · Σ s / n², {@code ∂L/∂sᵢ = (2 · sᵢ · Σ s + Σ s²) / n²}: each has its own, and all depend on all. */
    private static final class Coupled implements ScoreGradients {
        private final Statistic touched;
        private final List<Long> asked = new ArrayList<>();

        Coupled(Statistic touched) {
            this.touched = touched;
        }

        /** By the graph, as the loss of a step does it. */
        @Override
        public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
            Tensor s = scores.get(touched).detach().trainable();
            asked.add(s.count());
            s.square().sum().times(s.sum()).times(1 / Math.pow(s.count(), 2)).backward();
            return Map.of(touched, s.gradient());
        }

        Map<Statistic, Tensor> byHand(Map<Statistic, Tensor> scores) {
            Tensor s = scores.get(touched);
            Tensor sum = s.times(s.sum()).times(2).plus(s.square().sum());
            return Map.of(touched, sum.times(1 / Math.pow(s.count(), 2)));
        }

        @Override
        public boolean areConstant() {
            return false;
        }
    }
}
