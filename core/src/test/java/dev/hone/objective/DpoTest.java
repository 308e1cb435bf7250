package dev.hone.objective;

import static dev.hone.objective.PairFixture.loss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DpoTest {
    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({
        "SIGMOID, 0, .6760533",
        "CDPO, .1, .6795533",
        "ROBUST, .1, .6716783",
        "HINGE, 0, .965",
        "IPO, 0, 23.7180556",
        "EXO_PAIR, .001, 2.7012393",
        "NCA_PAIR, 0, 1.3778162",
        "BCO_PAIR, 0, 1.3690131",
        "SPPO_HARD, 0, 46.675",
        "APO_ZERO, 0, .9912516",
        "APO_DOWN, 0, .9962540",
        "DISCOPOP, 0, .8582315",
        "SIGMOID_NORM, 0, .6865447",
        "AOT, 0, .6758784",
        "AOT_UNPAIRED, 0, .6758284"
    })
    void lossesOfPairsAreThoseOfTrl(PreferenceLoss loss, double smoothing, double expected) {
        assertThat(loss(Dpo.of(loss, 0.1, smoothing))).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
    }

    @Test
    void meanLogRatiosAreLessThanTheirSums() {
        assertThat(loss(Dpo.of(PreferenceLoss.SIGMOID_NORM, 2, 0))).isCloseTo(.5850999, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"REVERSE_KL, .6760533", "FORWARD_KL, .6775454", "JS, .6850135", "ALPHA, .6769323"})
    void otherDivergencesTakeThePlaceOfTheLogRatio(Divergence divergence, double expected) {
        Dpo dpo = new Dpo(0.1, Map.of(PreferenceLoss.SIGMOID, 1.0), 0, 0, divergence, 1);
        assertThat(loss(dpo)).isCloseTo(expected, within(1e-5));
    }

    @Test
    void whatTheLongerAnswerHasMoreCountsHalf() {
        Dpo dpo = new Dpo(0.1, Map.of(PreferenceLoss.SIGMOID, 1.0), 0, 0, Divergence.REVERSE_KL, 0.5);
        assertThat(loss(dpo)).isCloseTo(.6809784, within(1e-5));
    }

    @Test
    void severalLossesAndTheLikelihoodOfChosenAnswersAreAdded() {
        Dpo mixed = new Dpo(
                0.1, Map.of(PreferenceLoss.SIGMOID, 1.0, PreferenceLoss.BCO_PAIR, 1.0), 1, 0, Divergence.REVERSE_KL, 1);
        assertThat(loss(mixed)).isCloseTo(2.5250664, within(1e-5));
        assertThat(loss(new Dpo(0.1, Map.of(), 1, 0, Divergence.REVERSE_KL, 1))).isCloseTo(.48, within(1e-6));
    }

    /**
     * w = exp(mean(log p − log Σ p²)): 1 and ¼ of the first pair's answers, ¼ and ½ of the second's. Their losses .6539470 and
     * .6981597 count ¼ and ⅛, and so do the gradients β·σ(−βΔ).
     */
    @Test
    void pairsCountAsTheirAnswersAreLikelyUnderThePolicy() {
        float two = (float) Math.log(2);
        float[] below = {0, 0, 0, two, 3 * two, 2 * two, 2 * two, 2 * two, two, 0};
        float[] collision = new float[below.length];
        for (int i = 0; i < below.length; i++) {
            collision[i] = PairFixture.POLICY[i] + below[i];
        }
        Dpo wpo =
                new Dpo(0.1, Map.of(PreferenceLoss.SIGMOID, 1.0), 0, 0, Divergence.REVERSE_KL, 1, Dpo.Weighting.POLICY);
        Batch batch = PairFixture.batch();
        Tensor leaf = Tensor.of(PairFixture.POLICY).trainable();
        Scores scores = new Scores(
                Map.of(Statistic.LOG_PROBABILITY, leaf, Statistic.COLLISION, Tensor.of(collision)), batch.targets());
        Tensor sum = wpo.sums(scores, batch).get(Term.LOSS);
        assertThat(sum.scalar() / 2).isCloseTo((.6539470 / 4 + .6981597 / 8) / 2, within(1e-6));
        assertThat(wpo.measures(scores, batch).get("pair-weight")).isCloseTo(3.0 / 8, within(1e-6));
        sum.backward();
        float[] gradients = leaf.gradient().floats();
        assertThat((double) gradients[0]).isCloseTo(-0.1 / (1 + Math.exp(0.08)) / 4, within(1e-7));
        assertThat((double) gradients[9]).isCloseTo(0.1 / (1 + Math.exp(-0.01)) / 8, within(1e-7));
    }

    /** A mixture's losses are summed in one order, so that neither a file's order nor a process's moves the last bit. */
    @Test
    void theOrderInWhichLossesAreListedDoesNotMatter() {
        List<Dpo.LossShare> shares = new ArrayList<>();
        for (PreferenceLoss loss : PreferenceLoss.values()) {
            if (!loss.needsFirstPass()) {
                shares.add(new Dpo.LossShare(loss, 1.0 / (3 + shares.size())));
            }
        }
        Set<Double> sums = new HashSet<>();
        for (int turn = 0; turn < shares.size(); turn++) {
            Collections.rotate(shares, 1);
            sums.add(loss(mixed(shares)));
            List<Dpo.LossShare> reversed = new ArrayList<>(shares);
            Collections.reverse(reversed);
            sums.add(loss(mixed(reversed)));
        }
        assertThat(sums).hasSize(1);
    }

    private static Dpo mixed(List<Dpo.LossShare> shares) {
        return new Dpo(0.1, shares, 0, 0.1, Divergence.REVERSE_KL, 1, Dpo.Weighting.EQUAL);
    }

    /** −β·σ(−βΔ) for each token of a chosen answer, by hand; half of it because the loss is the mean of two pairs. */
    @Test
    void theGradientIsLargestWhereThePolicyIsMostWrong() {
        Batch batch = PairFixture.batch();
        Tensor leaf = Tensor.of(PairFixture.POLICY, PairFixture.POLICY.length).trainable();
        Dpo.of(PreferenceLoss.SIGMOID, 0.1, 0)
                .sums(new Scores(leaf, batch.targets()), batch)
                .get(Term.LOSS)
                .backward();
        float[] gradients = leaf.gradient().floats();
        double first = 0.1 / (1 + Math.exp(0.08));
        double second = 0.1 / (1 + Math.exp(-0.01));
        assertThat((double) gradients[0]).isCloseTo(-first, within(1e-6));
        assertThat((double) gradients[3]).isCloseTo(first, within(1e-6));
        assertThat((double) gradients[5]).isCloseTo(-second, within(1e-6));
        assertThat((double) gradients[9]).isCloseTo(second, within(1e-6));
    }

    @Test
    void rewardsAreMeasuredAsTrlNamesThem() {
        Map<String, Double> sums =
                Dpo.of(PreferenceLoss.SIGMOID, 0.1, 0).measures(PairFixture.policy(), PairFixture.batch());
        assertThat(sums.get("rewards/chosen") / 2).isCloseTo(.02, within(1e-6));
        assertThat(sums.get("rewards/rejected") / 2).isCloseTo(-.015, within(1e-6));
        assertThat(sums.get("rewards/accuracy") / 2).isEqualTo(.5);
        assertThat(sums.get("rewards/margin") / 2).isCloseTo(.035, within(1e-6));
        assertThat(sums.get("logps/chosen") / 2).isCloseTo(-1.2, within(1e-6));
        assertThat(sums.get("logps/rejected") / 2).isCloseTo(-1.35, within(1e-6));
    }

    /** TRL reports 0 at its first step; differences of 1e-5 in sums of some hundred would make it a coin. */
    @Test
    void aPolicyThatIsItsReferencePrefersNothing() {
        PairSums sums = new PairSums(Tensor.of(new float[] {-300, -2}, 2), Tensor.of(new float[] {-250, -3}, 2));
        PairSums rounding = new PairSums(Tensor.of(new float[] {3e-5f, 0.1f}, 2), Tensor.of(new float[] {0, 0}, 2));
        assertThat(Rewards.preferred(rounding, sums)).isEqualTo(1);
    }

    /** At the start of training policy and reference are one, and every pair is as bad as a coin. */
    @ParameterizedTest
    @EnumSource(names = {"SIGMOID", "SIGMOID_NORM"})
    void aPolicyThatIsItsReferenceLosesLogTwo(PreferenceLoss loss) {
        Batch batch = PairFixture.batch();
        Scores same = new Scores(Tensor.of(PairFixture.REFERENCE, PairFixture.REFERENCE.length), batch.targets());
        assertThat(Dpo.of(loss, 0.1, 0).sums(same, batch).get(Term.LOSS).scalar() / 2)
                .isCloseTo(Math.log(2), within(1e-6));
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> Dpo.of(PreferenceLoss.SIGMOID, 0, 0)).hasMessageContaining("beta (0.0)");
        assertThatThrownBy(() -> Dpo.of(PreferenceLoss.ROBUST, 0.1, 0.5)).hasMessageContaining("smoothing (0.5)");
        assertThatThrownBy(() -> Dpo.of(PreferenceLoss.EXO_PAIR, 0.1, 0)).hasMessageContaining("0.001 is usual");
    }

    @Test
    void aBatchWithoutReferenceIsNotTakenForOneWithAReferenceOfZero() {
        Batch batch = PairFixture.batch();
        Batch bare = new Batch(batch.tokens(), batch.positions(), batch.segments(), batch.targets(), batch.rowIds());
        assertThatThrownBy(() -> Dpo.of(PreferenceLoss.SIGMOID, 0.1, 0).sums(PairFixture.policy(), bare))
                .hasMessageContaining("the batch has no REFERENCE");
    }
}
