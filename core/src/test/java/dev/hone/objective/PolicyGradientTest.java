package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.objective.ClippedPolicy.Clip;
import dev.hone.objective.ClippedPolicy.Kl;
import dev.hone.objective.ClippedPolicy.Level;
import dev.hone.objective.ClippedPolicy.Trust;
import dev.hone.rollout.Advantage;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the loss of samples is in expectation, by taking every sample there is: a distribution over three tokens, each a target that
 * weighs as much as it is likely. The gradient of such a loss with respect to the logits is to be that of what is meant, in closed form.
 */
class PolicyGradientTest {
    private static final double[] LOGITS = {.5, -.3, .1};
    private static final double[] OTHER = {.5, .2, .3};
    private static final double[] EARLIER = {.3, .45, .25};

    private static double[] policy() {
        double sum = 0;
        double[] p = new double[3];
        for (int k = 0; k < 3; k++) {
            p[k] = Math.exp(LOGITS[k]);
            sum += p[k];
        }
        for (int k = 0; k < 3; k++) {
            p[k] /= sum;
        }
        return p;
    }

    private static float[] logs(double[] p) {
        return new float[] {(float) Math.log(p[0]), (float) Math.log(p[1]), (float) Math.log(p[2])};
    }

    /** ∂L/∂z_k = Σ_y g_y·(1[y = k] − p_k) for the gradient g with respect to each token's log-probability. */
    private static double[] gradient(ClippedPolicy objective, double[] sampler, float[] advantages) {
        float[] weights = {(float) sampler[0], (float) sampler[1], (float) sampler[2]};
        Targets targets = new Targets(new int[3], new int[] {0, 1, 2}, weights, new int[3]);
        Batch batch = new Batch(
                        new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {0})
                .with(Annotation.SAMPLED, logs(sampler))
                .with(Annotation.REFERENCE, logs(OTHER))
                .with(Annotation.ADVANTAGE, advantages);
        Tensor leaf = Tensor.of(logs(policy())).trainable();
        objective.sums(new Scores(leaf, targets), batch).get(Term.LOSS).backward();
        float[] g = leaf.gradient().floats();
        double[] p = policy();
        double[] gradient = new double[3];
        for (int k = 0; k < 3; k++) {
            gradient[k] = g[k] - p[k] * (g[0] + g[1] + g[2]);
        }
        return gradient;
    }

    /** ∂KL(π‖q)/∂z_k = π_k·(ln π_k/q_k − KL). */
    private static double[] divergence(double[] q) {
        double[] p = policy();
        double kl = 0;
        for (int k = 0; k < 3; k++) {
            kl += p[k] * Math.log(p[k] / q[k]);
        }
        double[] gradient = new double[3];
        for (int k = 0; k < 3; k++) {
            gradient[k] = p[k] * (Math.log(p[k] / q[k]) - kl);
        }
        return gradient;
    }

    private static ClippedPolicy objective(Kl kl) {
        return new ClippedPolicy(PolicyLoss.DAPO, Level.TOKEN, new Clip(1, 100), kl, null, Trust.ALL, 0, 1, 1);
    }

    /** With ρ that of KL(π‖ref), whoever sampled; without, even on policy, π − ref, which is that of KL(ref‖π). */
    @Test
    void theCorrectedPullIsTheGradientOfTheDivergence() {
        try (Scope scope = Scope.open()) {
            for (double[] sampler : List.of(policy(), EARLIER)) {
                assertThat(gradient(objective(new Kl(1, true)), sampler, new float[3]))
                        .containsExactly(divergence(OTHER), within(1e-6));
            }
            double[] p = policy();
            assertThat(gradient(objective(new Kl(1, false)), policy(), new float[3]))
                    .containsExactly(new double[] {p[0] - OTHER[0], p[1] - OTHER[1], p[2] - OTHER[2]}, within(1e-6));
        }
    }

    /** A teacher's advantages on the student's own samples: the gradient of KL(student‖teacher). */
    @Test
    void advantagesTowardsATeacherAreTheGradientOfTheDivergenceFromIt() {
        try (Scope scope = Scope.open()) {
            float[] advantages = Advantage.towards(logs(OTHER), logs(policy()));
            assertThat(gradient(objective(Kl.NONE), policy(), advantages))
                    .containsExactly(divergence(OTHER), within(1e-6));
        }
    }

    /** −∂E[A]/∂z_k = −π_k·(A_k − E[A]), from samples of the policy and, by the ratio, from those of an earlier one. */
    @Test
    void theRatioMakesUpForAnEarlierPolicysSamples() {
        try (Scope scope = Scope.open()) {
            float[] advantages = {1, -.5f, .2f};
            double[] p = policy();
            double mean = p[0] * 1 - p[1] * .5 + p[2] * .2;
            double[] expected = {-p[0] * (1 - mean), -p[1] * (-.5 - mean), -p[2] * (.2 - mean)};
            for (double[] sampler : List.of(policy(), EARLIER)) {
                assertThat(gradient(objective(Kl.NONE), sampler, advantages)).containsExactly(expected, within(1e-6));
            }
        }
    }
}
