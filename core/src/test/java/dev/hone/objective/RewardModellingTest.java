package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two pairs scored s_c = [1.2, .3] and s_r = [.4, .5]. The losses are TRL's formula in float64. */
class RewardModellingTest {
    private static final float[] SCORES = {1.2f, .4f, .3f, .5f};

    /** (log(1 + e^−.8) + log(1 + e^.2)) / 2 = (.3711 + .7981) / 2. */
    @Test
    void theLossIsThatOfBradleyAndTerry() {
        assertThat(loss(new RewardModelling(0), 0, 0)).isCloseTo(.5846198, within(1e-6));
    }

    @Test
    void aMarginAsksForMore() {
        assertThat(loss(new RewardModelling(0), .5f, 0)).isCloseTo(.6762471, within(1e-6));
    }

    /** (1.6² + .8²) / 2 = 1.6, of which a hundredth is added. */
    @Test
    void centeringDrawsThePairsSumToZero() {
        assertThat(loss(new RewardModelling(.01), 0, 0)).isCloseTo(.6006198, within(1e-6));
    }

    @Test
    void theGradientsAreThoseOfTheFormula() {
        try (Scope scope = Scope.open()) {
            RewardModelling objective = new RewardModelling(.01);
            Tensor scores = Tensor.of(SCORES).trainable();
            objective
                    .sums(
                            new Scores(
                                    Map.of(Statistic.REWARD, scores),
                                    batch(.5f, 0).targets()),
                            batch(.5f, 0))
                    .get(Term.LOSS)
                    .backward();
            // −σ(−(s_c − s_r − m)) ± on the sides, and 2c(s_c + s_r) on both
            double first = -1 / (1 + Math.exp(.3));
            double second = -1 / (1 + Math.exp(-.2));
            assertThat(scores.gradient().floats())
                    .containsExactly(
                            new float[] {
                                (float) (first + .032),
                                (float) (-first + .032),
                                (float) (second + .016),
                                (float) (-second + .016)
                            },
                            within(1e-6f));
        }
    }

    @Test
    void measuresAreSumsOverPairs() {
        try (Scope scope = Scope.open()) {
            Map<String, Double> measures = new RewardModelling(0).measures(policy(0, 0), batch(0, 0));
            assertThat(measures.get("rewards/chosen")).isCloseTo(1.5, within(1e-6));
            assertThat(measures.get("rewards/rejected")).isCloseTo(.9, within(1e-6));
            assertThat(measures.get("rewards/margin")).isCloseTo(.6, within(1e-6));
            assertThat(measures.get("rewards/accuracy")).isEqualTo(1);
        }
    }

    @Test
    void tokensOfAnswersAreNotTextsScoredAsAWhole() {
        Batch answers = PairFixture.batch().with(Annotation.MARGIN, new float[4]);
        assertThatThrownBy(() -> new RewardModelling(0).weights(answers))
                .hasMessageContaining("10 targets for 4 texts");
        assertThatThrownBy(() -> new RewardModelling(-1)).hasMessageContaining("centering (-1.0)");
        assertThatThrownBy(() -> new RewardModelling(Double.NaN)).hasMessageContaining("centering (NaN)");
    }

    private static double loss(RewardModelling objective, float firstMargin, float secondMargin) {
        try (Scope scope = Scope.open()) {
            Batch batch = batch(firstMargin, secondMargin);
            assertThat(objective.weights(batch)).containsExactly(Map.entry(Term.LOSS, 2.0));
            return objective
                            .sums(policy(firstMargin, secondMargin), batch)
                            .get(Term.LOSS)
                            .scalar()
                    / 2;
        }
    }

    private static Scores policy(float firstMargin, float secondMargin) {
        return new Scores(
                Map.of(Statistic.REWARD, Tensor.of(SCORES)),
                batch(firstMargin, secondMargin).targets());
    }

    private static Batch batch(float firstMargin, float secondMargin) {
        int[] nothing = {Targets.NOTHING, Targets.NOTHING, Targets.NOTHING, Targets.NOTHING};
        Targets targets = new Targets(new int[4], nothing, new float[] {1, 1, 1, 1}, new int[] {0, 1, 2, 3});
        List<Segment> segments = List.of(new Segment(0, 1, Segment.NONE, 0));
        return new Batch(new int[1], new int[1], segments, targets, new long[] {0, 1, 2, 3})
                .with(Annotation.MARGIN, new float[] {firstMargin, firstMargin, secondMargin, secondMargin});
    }
}
