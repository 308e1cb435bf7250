package dev.hone.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.rollout.Gae.Estimate;
import dev.hone.rollout.Gae.Estimator;
import dev.hone.rollout.Gae.Trajectory;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two completions, numbers from TRL's PPO: three tokens and an end, whose score 1 stands at a step of its own after it, and four tokens
 * that were cut, whose score .2 stands at the last and loses 1.
 */
class GaeTest {
    private static final List<Trajectory> BATCH = List.of(
            new Trajectory(row(-1, -.5, -.2), row(-1.2, -.4, -.3), row(.1, .2, .3, .05), 1, true),
            new Trajectory(row(-.7, -.9, -.4, -.6), row(-.8, -.7, -.5, -.6), row(0, .1, .2, .4), .2, false));

    private static Gae gae(boolean whitenRewards) {
        return new Gae(1, 0.95, 0.05, Estimator.K1, 1, whitenRewards);
    }

    private static float[] row(double... numbers) {
        float[] row = new float[numbers.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) numbers[i];
        }
        return row;
    }

    private static void requireClose(List<double[]> actual, double[]... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).as("completion %d", i).containsExactly(expected[i], within(1e-6));
        }
    }

    private static double[] of(double... numbers) {
        return numbers;
    }

    @Test
    void rewardsAreTheDistanceAtEachTokenAndTheScoreAtTheEnd() {
        requireClose(gae(false).rewards(BATCH), of(-.01, .005, -.005, 1), of(-.005, .01, -.005, -.8));
        requireClose(
                gae(true).rewards(BATCH),
                of(-.0460667, -.0150371, -.0357235, 2.0432630),
                of(-.0357235, -.0046938, -.0357235, -1.6802949));
    }

    @Test
    void advantagesLookAheadThroughTheCritic() {
        Gae gae = gae(false);
        requireClose(
                gae.advantages(BATCH, gae.rewards(BATCH)),
                of(.7741187, .7201250, .6475, .95),
                of(-.6533624, -.7877499, -.945, -1.2));
    }

    @Test
    void advantagesOfTokensAreWhiteAndReturnsAreWhatValuesShouldHaveBeen() {
        List<Estimate> estimates = gae(false).of(BATCH);
        assertThat(estimates.get(0).returns()).containsExactly(row(.8741187, .9201250, .9475, 1), within(1e-6f));
        assertThat(estimates.get(1).returns()).containsExactly(row(-.6533624, -.6877499, -.745, -.8), within(1e-6f));
        assertThat(estimates.get(0).advantages()).containsExactly(row(1.1173921, 1.0558574, .9730892), within(1e-6f));
        assertThat(estimates.get(1).advantages())
                .containsExactly(row(-.5094573, -.6626140, -.8418263, -1.1324408), within(1e-6f));
        assertThat(estimates.get(0).divergence()).isCloseTo(.2 - .1 + .1, within(1e-6));
        assertThat(estimates.get(1).divergence()).isCloseTo(.1 - .2 + .1 + 0, within(1e-6));
    }

    /** Without a state after the end the score is the last token's: with λ 1 and no pull, R − V. */
    @Test
    void aScoreMayStandAtTheLastToken() {
        Gae plain = new Gae(1, 1, 0, Estimator.K1, 0, false);
        Trajectory trajectory = new Trajectory(row(-1, -1), row(-1, -1), row(.25, .5), 1, true);
        requireClose(plain.advantages(List.of(trajectory), plain.rewards(List.of(trajectory))), of(.75, .5));
    }

    /** d = .2: e^−.2 − 1 + .2 = .0187308; it cannot be negative as k1 can. */
    @Test
    void k3IsNeverNegative() {
        assertThat(Estimator.K3.of(.2)).isCloseTo(.0187308, within(1e-7));
        assertThat(Estimator.K3.of(-.2)).isCloseTo(.0214028, within(1e-7));
        assertThat(Estimator.K1.of(-.2)).isEqualTo(-.2);
    }

    @Test
    void lengthsThatDisagreeAreRefused() {
        assertThatThrownBy(() -> new Trajectory(row(-1, -1), row(-1), row(0, 0), 1, true))
                .hasMessageContaining("1 log-probabilities of the reference for 2 tokens");
        assertThatThrownBy(() -> new Trajectory(row(-1, -1), row(-1, -1), row(0), 1, true))
                .hasMessageContaining("1 values for 2 tokens");
        assertThatThrownBy(() -> new Trajectory(row(), row(), row(), 1, true)).hasMessageContaining("without tokens");
        assertThatThrownBy(() -> new Gae(0, .95, .05, Estimator.K1, 0, false)).hasMessageContaining("gamma (0.0)");
    }
}
