package dev.hone.objective;

import static dev.hone.objective.PairFixture.loss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.tensor.Scope;
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
}
