package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that are certain or all but impossible, under the policy, the reference or both: loss and gradient stay finite. */
class ExtremeScoresTest {
    private static final float[] LOG_PROBABILITIES = {0, -1e-7f, -1, -50, -1e4f};
    private static final int ROUNDS = 20;
    private static final long SEED = 8;

    static Stream<Objective> objectives() {
        List<Objective> all = new ArrayList<>();
        for (PreferenceLoss loss : PreferenceLoss.values()) {
            for (Divergence divergence : Divergence.values()) {
                for (double beta : new double[] {0.01, 0.1, 5}) {
                    double smoothing = loss.needsSmoothing() ? 1e-3 : 0;
                    all.add(new Dpo(beta, Map.of(loss, 1.0), 1, smoothing, divergence, 1));
                    all.add(new Dpo(beta, Map.of(loss, 1.0), 0, 0.3, divergence, 0.5, Dpo.Weighting.POLICY));
                }
            }
        }
        for (double beta : new double[] {0.1, 5}) {
            all.add(new Cpo(beta, 1, 0));
            all.add(new Cpo(beta, 1, 0.3));
            all.add(new Orpo(beta));
            for (double alpha : new double[] {0, 0.1, 2, -1}) {
                all.add(new SimPo(beta, 1, alpha));
            }
            all.add(new Kto(beta, 1, 1));
            all.add(new ApoZeroUnpaired(beta, 1, 1));
        }
        for (PolicyLoss loss : PolicyLoss.values()) {
            all.add(ClippedPolicy.of(loss));
        }
        for (ClippedPolicy.Level level : ClippedPolicy.Level.values()) {
            all.add(new ClippedPolicy(
                    PolicyLoss.GRPO,
                    level,
                    new ClippedPolicy.Clip(0.2, 0.2, 3.0),
                    new ClippedPolicy.Kl(5, true),
                    0.5,
                    ClippedPolicy.Trust.ALL,
                    0.1,
                    0.5,
                    256));
        }
        all.add(new Rloo(0.2, 0.2));
        all.add(Ppo.standard());
        all.add(new NextToken());
        all.add(new NextToken(NextToken.TokenLossType.NLL, 0.1));
        all.add(new NextToken(NextToken.TokenLossType.DFT, 0));
        all.add(new RewardModelling(0.01));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void lossMeasuresAndGradientAreFinite(Objective given) {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            try (Scope scope = Scope.open()) {
                Batch batch = batch(random);
                Map<Statistic, Tensor> at = new EnumMap<>(Statistic.class);
                for (Statistic statistic : new TreeSet<>(given.reads())) {
                    float[] drawn = drawn(random, batch.targets().count());
                    Tensor own = at.get(Statistic.LOG_PROBABILITY);
                    if (statistic == Statistic.COLLISION
                            && own != null) { // log Σ p² is at least that of one, or of equal ones
                        float[] one = own.detach().floats();
                        IntStream.range(0, drawn.length)
                                .forEach(i -> drawn[i] = Math.max(drawn[i], Math.max(-10, 2 * one[i])));
                    }
                    Tensor values = Tensor.of(drawn);
                    at.put(statistic, statistic.hasGradient() ? values.trainable() : values);
                }
                Scores scores = new Scores(at, batch.targets());
                Objective objective = given.needsFirstPass()
                        ? given.afterFirstPass(List.of(detached(scores)), List.of(batch))
                        : given;
                Tensor loss = Tensor.zeros(DType.F32);
                for (Tensor sum : objective.sums(scores, batch).values()) {
                    loss = loss.plus(sum);
                }
                String which = "seed " + SEED + ", round " + round + ", " + describe(at);
                assertThat(loss.scalar()).as("loss, %s", which).isFinite();
                loss.backward();
                at.forEach((statistic, values) -> {
                    if (values.isTrainable() && values.hasGradient()) {
                        assertThat(values.gradient().isFinite())
                                .as("gradient of %s, %s", statistic, which)
                                .isTrue();
                    }
                });
                objective
                        .measures(detached(scores), batch)
                        .forEach((name, value) ->
                                assertThat(value).as("%s, %s", name, which).isFinite());
            }
        }
    }

    private static String describe(Map<Statistic, Tensor> at) {
        StringBuilder text = new StringBuilder();
        at.forEach((statistic, values) ->
                text.append(statistic).append(Arrays.toString(values.detach().floats())));
        return text.toString();
    }

    private static Scores detached(Scores scores) {
        Map<Statistic, Tensor> plain = new EnumMap<>(Statistic.class);
        for (Statistic statistic : Statistic.values()) {
            if (scores.statistics().containsKey(statistic)) {
                plain.put(statistic, scores.get(statistic).detach());
            }
        }
        return new Scores(plain, scores.targets());
    }

    private static float[] drawn(Random random, int count) {
        float[] drawn = new float[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = LOG_PROBABILITIES[random.nextInt(LOG_PROBABILITIES.length)];
        }
        return drawn;
    }

    /** Two pairs of one target a side, which every objective can read. */
    private static Batch batch(Random random) {
        int count = 4;
        float[] ones = {1, 1, 1, 1};
        Targets targets = new Targets(new int[count], new int[count], ones, new int[] {0, 1, 2, 3});
        return new Batch(new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {
                    0, 1, 2, 3
                })
                .with(Annotation.REFERENCE, drawn(random, count))
                .with(Annotation.SAMPLED, drawn(random, count))
                .with(Annotation.ADVANTAGE, new float[] {1, -1, 10, -0.01f})
                .with(Annotation.VALUE, drawn(random, count))
                .with(Annotation.RETURN, drawn(random, count))
                .with(Annotation.DESIRABLE, new float[] {1, 1, 0, 0})
                .with(Annotation.MARGIN, new float[count]);
    }

    /**
     * The odds of p_c = 1 − 2⁻²⁴ against those of p_r = e⁻¹: log odds 16.6355 − (−0.5413) = 17.1769, so the term is β · e⁻¹⁷·¹⁷⁷. A
     * certain chosen answer has no gradient of it; a certain rejected one has β · 2²⁴, which p itself takes back in the head.
     */
    @Test
    void orpoIsFiniteWhereAnAnswerIsCertain() {
        try (Scope scope = Scope.open()) {
            assertThat(odds(0, -1).loss()).isCloseTo(0.1 * 3.47e-8, within(1e-9));
            assertThat(odds(0, -1).chosen()).isEqualTo(0);
            assertThat(odds(-1, 0).loss()).isCloseTo(0.1 * 17.1769, within(1e-4));
            assertThat(odds(-1, 0).rejected()).isCloseTo(0.1 * 0x1p24, within(1e3));
            assertThat(odds(0, 0).loss()).isCloseTo(0.1 * Math.log(2), within(1e-6));
        }
    }

    private record Odds(double loss, double chosen, double rejected) {}

    private static Odds odds(float chosen, float rejected) {
        Targets targets = new Targets(new int[2], new int[2], new float[] {1, 1}, new int[] {0, 1});
        Batch batch = new Batch(
                new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {0, 1});
        Tensor scores = Tensor.of(new float[] {chosen, rejected}).trainable();
        Tensor loss = new Orpo(0.1).sums(new Scores(scores, targets), batch).get(Term.LOSS);
        loss.backward();
        float[] gradient = scores.gradient().floats();
        return new Odds(loss.scalar(), gradient[0], gradient[1]);
    }
}
