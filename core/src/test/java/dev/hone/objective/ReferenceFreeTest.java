package dev.hone.objective;

import static dev.hone.objective.PairFixture.loss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Preference without a reference: losses of the fixture's pairs, from TRL and the methods' papers. */
class ReferenceFreeTest {
    @Test
    void simPoComparesMeanLogProbabilities() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new SimPo(2, 1, 0))).isCloseTo(1.2819247, within(1e-5));
            assertThat(loss(new SimPo(0.1, 0.5, 0))).isCloseTo(.9706011, within(1e-5));
        }
    }

    @Test
    void alphaPoNearZeroIsSimPo() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new SimPo(2, 1, 1e-4))).isCloseTo(1.2819247, within(1e-3));
            assertThat(loss(new SimPo(2, 1, 0.5))).isNotCloseTo(1.2819247, within(1e-2));
        }
    }

    @Test
    void cpoAddsTheLikelihoodOfChosenAnswers() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new Cpo(0.1, 0, 0))).isCloseTo(.6858284, within(1e-5));
            assertThat(loss(new Cpo(0.1, 1, 0))).isCloseTo(1.1658284, within(1e-5));
        }
    }

    @Test
    void orpoAddsAnOddsRatioToTheLikelihood() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new Orpo(0.1))).isCloseTo(.5511001, within(1e-5));
            assertThat(loss(new Orpo(1))).isCloseTo(.48 + .7110006, within(1e-5));
        }
    }

    /**
     * A prompt of three tokens, a chosen answer of two and a rejected one of one. Log-probabilities of the chosen row's predicted tokens
     * −1, −2 | −0.5, −1.5 have the mean loss 5/4; of the answer alone, 1. The odds are those of answers in both: the mean ℓ −1 against −3.
     */
    @Test
    void orpoOnRowsLearnsThePromptToo() {
        Example chosen = new Example(0, new int[] {7, 8, 9, 4, 5}, new float[] {0, 0, 0, 1, 1});
        Example rejected = new Example(1, new int[] {7, 8, 9, 6}, new float[] {0, 0, 0, 1});
        Batch rows = Pair.batch(List.of(new Pair(chosen, rejected, 0)), TargetKind.ANSWERS_AND_CHOSEN_PROMPT);
        assertThat(rows.targets().token()).containsExactly(8, 9, 4, 5, 6);
        assertThat(rows.targets().weight()).containsExactly(0, 0, 1, 1, 1);
        assertThat(rows.targets().row()).containsExactly(0, 0, 0, 0, 1);
        try (Scope scope = Scope.open()) {
            Scores scores = new Scores(Tensor.of(new float[] {-1, -2, -0.5f, -1.5f, -3}, 5), rows.targets());
            double odds = -0.1 * Math.log(1 / (1 + Math.exp(-(logOdds(-1) - logOdds(-3)))));
            for (Likelihood of : Likelihood.values()) {
                Orpo orpo = new Orpo(0.1, of);
                assertThat(orpo.sums(scores, rows).get(Term.LOSS).scalar()).isCloseTo(odds, within(1e-6));
                assertThat(orpo.sums(scores, rows).get(Term.CHOSEN_LIKELIHOOD).scalar()
                                / orpo.weights(rows).get(Term.CHOSEN_LIKELIHOOD))
                        .isCloseTo(of == Likelihood.ROW ? 1.25 : 1, within(1e-6));
            }
        }
    }

    private static double logOdds(double logProbability) {
        return logProbability - Math.log(1 - Math.exp(logProbability));
    }
}
