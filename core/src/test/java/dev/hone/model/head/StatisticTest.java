package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the head says of a distribution. Its plain twin holds all logits at once in float64 and lets the engine differentiate.
 */
class StatisticTest {
    private static final Set<Statistic> OF_TOKENS = EnumSet.complementOf(EnumSet.of(Statistic.REWARD, Statistic.VALUE));
    private static final int HIDDEN = 6;
    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    /** p = (½, ¼, ¼) and (1, 1, 1, 1)/4: Σ p² = 3/8 and 1/4, H = 1.5·log 2 and 2·log 2, mean log p = −(5/3)·log 2 and −2·log 2. */
    @Test
    void statisticsOfDistributionsThatCanBeReckonedByHand() {
        double two = Math.log(2);
        assertThat(of(.5, .25, .25))
                .containsExactly(new double[] {-two, -5 * two / 3, Math.log(3.0 / 8), 1.5 * two}, within(1e-6));
        assertThat(of(.25, .25, .25, .25))
                .containsExactly(new double[] {-2 * two, -2 * two, -2 * two, 2 * two}, within(1e-6));
    }

    private static double[] of(double... probabilities) {
        int count = probabilities.length;
        float[] logits = new float[count];
        for (int i = 0; i < count; i++) {
            logits[i] = (float) (Math.log(probabilities[i]) + 3);
        }
        Distribution p = new Distribution(Tensor.of(logits, 1, count), Tensor.of(new int[] {0}, 1, 1));
        return OF_TOKENS.stream()
                .sorted()
                .filter(statistic -> statistic != Statistic.DIVERGENCE)
                .mapToDouble(statistic -> p.get(statistic).scalar())
                .toArray();
    }

    /** From logits [[1,0,−1],[.5,.5,0]] and a teacher's [[2,0,0],[0,1,0]], the mean of both positions: TRL's gkd_trainer. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, .0751086",
        ".1, 1, .0068119",
        ".5, 1, .0196920",
        ".9, 1, .0075142",
        "1, 1, .0850460",
        "0, 2, .0224727",
        ".1, 2, .0020298",
        ".5, 2, .0057343",
        ".9, 2, .0021082",
        "1, 2, .0235652"
    })
    void divergencesAreThoseOfTrl(double beta, double temperature, double expected) {
        Tensor student = Tensor.of(new float[] {1, 0, -1, .5f, .5f, 0}, 2, 3);
        Tensor teacher = Tensor.of(new float[] {2, 0, 0, 0, 1, 0}, 2, 3);
        TeacherDivergence comparison = new TeacherDivergence(head(student), new float[0], beta, temperature);
        Distribution p = new Distribution(student, Tensor.of(new int[] {0, 0}, 2, 1), comparison, teacher);
        assertThat(p.get(Statistic.DIVERGENCE).mean().scalar()).isCloseTo(expected, within(1e-6));
    }

    /** Logits 0 and 200 apart: probabilities that are zero in float32 still have logs, and nothing becomes NaN. */
    @ParameterizedTest
    @CsvSource({"0, 200", ".5, .6931472", "1, 200"})
    void distributionsWithoutOverlapHaveAFiniteDivergence(double beta, double expected) {
        Tensor student = Tensor.of(new float[] {200, 0, -300}, 1, 3);
        Tensor teacher = Tensor.of(new float[] {0, 200, -300}, 1, 3);
        TeacherDivergence comparison = new TeacherDivergence(head(student), new float[0], beta, 1);
        Distribution p = new Distribution(student, Tensor.of(new int[] {0}, 1, 1), comparison, teacher);
        assertThat(p.get(Statistic.DIVERGENCE).scalar()).isCloseTo(expected, within(1e-4));
        assertThat(p.gradient(Map.of(Statistic.DIVERGENCE, Tensor.ones(DType.F32, 1, 1)))
                        .isFinite())
                .isTrue();
    }

    /** Of a vocabulary of 70,000 a chunk has 128 positions, so these are in one; SlopesTest has two. */
    @ParameterizedTest
    @CsvSource({"32, 7, .5, 1", "32, 7, 0, 2", "32, 7, 1, 2", "32, 7, .3, .5", "70000, 31, .5, 2"})
    void valuesAndGradientsAreThoseOfThePlainTwin(int vocabulary, int targets, double beta, double temperature) {
        int[] tokens = new int[targets];
        Arrays.setAll(tokens, i -> (int) Draw.of(3, "tokens").below(i, vocabulary));
        Map<Statistic, Tensor> scoreGradients = new EnumMap<>(Statistic.class);
        for (Statistic statistic : OF_TOKENS) {
            if (statistic.hasGradient()) {
                scoreGradients.put(statistic, random("slopes of " + statistic, targets));
            }
        }

        Tensor teacherHidden = random("teacher's hidden", targets, HIDDEN + 1);
        Tensor teacherWeight = random("teacher's weight", vocabulary, HIDDEN + 1);
        Tensor wideHidden = random("hidden", targets, HIDDEN).to(DType.F64).trainable();
        Tensor wideWeight = random("weight", vocabulary, HIDDEN).to(DType.F64).trainable();
        Tensor teacherLogits = teacherHidden.to(DType.F64).linear(teacherWeight.to(DType.F64));
        Map<Statistic, Tensor> plain = plain(wideHidden.linear(wideWeight), teacherLogits, tokens, beta, temperature);

        Tensor hidden = random("hidden", targets, HIDDEN);
        Tensor weight = random("weight", vocabulary, HIDDEN).trainable();
        TokenHead head = head(weight);
        TeacherDivergence comparison =
                new TeacherDivergence(head(teacherWeight), teacherHidden.floats(), beta, temperature);
        RequestedStatistics question = new RequestedStatistics(OF_TOKENS, comparison);
        Map<Statistic, Tensor> alone = head.score(hidden, tokens, question);
        plain.forEach((statistic, values) -> close(alone.get(statistic), values));

        scoreGradients.forEach((statistic, scoreGradient) -> {
            wideHidden.clearGradient();
            wideWeight.clearGradient();
            weight.clearGradient();
            Tensor again = plain(wideHidden.linear(wideWeight), teacherLogits, tokens, beta, temperature)
                    .get(statistic);
            again.times(scoreGradient).sum().backward();
            Head.HeadOutput result = head.scoreAndDifferentiate(
                    hidden, tokens, question, ScoreGradients.constant(Map.of(statistic, scoreGradient)));
            plain.forEach((each, values) -> close(result.scores().get(each), values));
            close(result.hiddenGradient(), wideHidden.gradient());
            close(weight.gradient(), wideWeight.gradient());
        });

        wideHidden.clearGradient();
        Tensor loss = Tensor.zeros(DType.F64);
        Map<Statistic, Tensor> again = plain(wideHidden.linear(wideWeight), teacherLogits, tokens, beta, temperature);
        for (Map.Entry<Statistic, Tensor> scoreGradient : scoreGradients.entrySet()) {
            loss = loss.plus(again.get(scoreGradient.getKey())
                    .times(scoreGradient.getValue())
                    .sum());
        }
        loss.backward();
        close(
                head.scoreAndDifferentiate(hidden, tokens, question, ScoreGradients.constant(scoreGradients))
                        .hiddenGradient(),
                wideHidden.gradient());
    }

    /** The definitions, over all logits at once. */
    private static Map<Statistic, Tensor> plain(
            Tensor logits, Tensor teacherLogits, int[] tokens, double beta, double temperature) {
        Tensor log = logits.logSoftmax(1);
        Tensor own = logits.times(1 / temperature).logSoftmax(1);
        Tensor other = teacherLogits.times(1 / temperature).logSoftmax(1);
        Tensor middle = own.exp().times(1 - beta).plus(other.exp().times(beta)).log();
        Tensor divergence = beta == 0
                ? divergence(other, own)
                : beta == 1
                        ? divergence(own, other)
                        : divergence(other, middle)
                                .times(beta)
                                .plus(divergence(own, middle).times(1 - beta));
        return Map.of(
                Statistic.LOG_PROBABILITY,
                log.gather(1, Tensor.of(tokens, tokens.length, 1)).view(-1),
                Statistic.MEAN_LOG_PROBABILITY,
                log.meanKeeping(1).view(-1),
                Statistic.COLLISION,
                log.exp().square().sum(1).log(),
                Statistic.ENTROPY,
                log.exp().times(log).sum(1).negate(),
                Statistic.DIVERGENCE,
                divergence);
    }

    private static Tensor divergence(Tensor a, Tensor b) {
        return a.exp().times(a.minus(b)).sum(1);
    }

    @Test
    void onlyWhatIsAskedIsComputed() {
        Tensor hidden = random("hidden", 2, HIDDEN);
        TokenHead head = head(random("weight", 8, HIDDEN));
        assertThat(head.score(hidden, new int[] {1, 2}, new RequestedStatistics(Set.of(Statistic.ENTROPY), null)))
                .containsOnlyKeys(Statistic.ENTROPY);
        assertThatThrownBy(() -> new RequestedStatistics(Set.of(Statistic.DIVERGENCE), null))
                .hasMessageContaining("nothing is there to compare with");
    }

    @Test
    void aTeacherWithAnotherVocabularyIsRefused() {
        TokenHead teacher = head(random("teacher", 9, HIDDEN));
        TokenHead student = head(random("student", 8, HIDDEN));
        RequestedStatistics question = new RequestedStatistics(
                Set.of(Statistic.DIVERGENCE), new TeacherDivergence(teacher, new float[HIDDEN], 0, 1));
        assertThatThrownBy(() -> student.score(random("hidden", 1, HIDDEN), new int[] {1}, question))
                .hasMessageContaining("the teacher's vocabulary has 9 tokens and the student's 8");
    }

    @Test
    void aTeachersStatesThatAreNotOneForEachTargetAreRefused() {
        TokenHead head = head(random("weight", 8, HIDDEN));
        RequestedStatistics question = new RequestedStatistics(
                Set.of(Statistic.DIVERGENCE), new TeacherDivergence(head, new float[HIDDEN], 0, 1));
        assertThatThrownBy(() -> head.score(random("hidden", 2, HIDDEN), new int[] {1, 2}, question))
                .hasMessageContaining("6 numbers of another model's hidden states for 2 targets of width 6");
    }

    private static TokenHead head(Tensor weight) {
        return new TokenHead(new Parameter("lm_head.weight", weight));
    }

    private static void close(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double largest = Math.max(0.1, expected.abs().max().scalar());
        assertThat(actual.minus(expected).abs().max().scalar()).isCloseTo(0, within(1e-5 * largest));
    }

    private static Tensor random(String name, long... shape) {
        Draw draw = Draw.of(2, name);
        int count = 1;
        for (long extent : shape) {
            count *= (int) extent;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) draw.gaussian(i);
        }
        return Tensor.of(values, shape);
    }
}
