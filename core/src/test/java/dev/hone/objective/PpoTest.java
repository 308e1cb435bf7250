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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The completions of {@code GaeTest} after an update, numbers from TRL: three tokens with the state after them, which is the critic's alone,
 * and four tokens.
 */
class PpoTest {
    private static final float[] POLICY = {-.7f, -.6f, -.2f, 0, -.7f, -.5f, -.5f, -.9f};
    private static final float[] VALUES = {.4f, .25f, .5f, .1f, .3f, .1f, -.1f, .2f};
    private static final float[] SAMPLED = {-1, -.5f, -.2f, 0, -.7f, -.9f, -.4f, -.6f};
    private static final float[] SAMPLED_VALUES = {.1f, .2f, .3f, .05f, 0, .1f, .2f, .4f};
    private static final float[] RETURNS = {.8741187f, .9201250f, .9475f, 1, -.6533624f, -.6877499f, -.745f, -.8f};
    private static final float[] ADVANTAGES = {
        1.1173921f, 1.0558574f, .9730892f, 0, -.5094573f, -.6626140f, -.8418263f, -1.1324408f
    };

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

    private static Batch batch() {
        Targets targets = new Targets(
                new int[8], new int[8], new float[] {1, 1, 1, 0, 1, 1, 1, 1}, new int[] {0, 0, 0, 0, 1, 1, 1, 1});
        return new Batch(
                        new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {0, 1})
                .with(Annotation.SAMPLED, SAMPLED)
                .with(Annotation.ADVANTAGE, ADVANTAGES)
                .with(Annotation.VALUE, SAMPLED_VALUES)
                .with(Annotation.RETURN, RETURNS);
    }

    private static Scores scores(Tensor policy, Tensor values) {
        return new Scores(Map.of(Statistic.LOG_PROBABILITY, policy, Statistic.VALUE, values), batch().targets());
    }

    private static Scores scores() {
        return scores(Tensor.of(POLICY), Tensor.of(VALUES));
    }

    /** Policy −.0148156, critic .3045882, of which a tenth counts. */
    @Test
    void theLossIsThePolicysAndATenthOfTheCritics() {
        Ppo ppo = Ppo.standard();
        Map<Term, Tensor> sums = ppo.sums(scores(), batch());
        Map<Term, Double> weights = ppo.weights(batch());
        assertThat(weights).containsEntry(Term.LOSS, 7.0).containsEntry(Term.VALUE, 8.0);
        double policy = sums.get(Term.LOSS).scalar() / 7;
        double critic = sums.get(Term.VALUE).scalar() / 8;
        assertThat(policy).isCloseTo(-.0148156, within(1e-6));
        assertThat(critic).isCloseTo(.03045882, within(1e-6));
        assertThat(policy + critic).isCloseTo(.0156432, within(1e-6));
    }

    /** Of seven tokens two are clipped, of eight states two are held. */
    @Test
    void whatIsClippedIsCounted() {
        Map<String, Double> measures = Ppo.standard().measures(scores(), batch());
        assertThat((measures.get("clip/low") + measures.get("clip/high")) / 7).isCloseTo(.2857143, within(1e-6));
        assertThat(measures.get("value/clip") / 8).isEqualTo(.25);
    }

    /** ½·mean of (ln ρ)², which is .3 −.1 0 0 .4 −.1 −.3: .0257143; and over the two rows' eight places, as TRL counts, .0225. */
    @Test
    void theDistanceOfTheUpdateIsMeasured() {
        double sum = Ppo.standard().measures(scores(), batch()).get("approx-kl");
        assertThat(sum / 8).isCloseTo(.0225, within(1e-6));
    }

    /** Where neither clip holds, ∂/∂ln π = −A·ρ and ∂/∂V = c·(V − R); a target of weight 0 moves the critic alone. */
    @Test
    void policyAndCriticHaveGradientsOfTheirOwn() {
        Tensor policy = Tensor.of(POLICY).trainable();
        Tensor values = Tensor.of(VALUES).trainable();
        Map<Term, Tensor> sums = Ppo.standard().sums(scores(policy, values), batch());
        sums.get(Term.LOSS).plus(sums.get(Term.VALUE)).backward();
        float[] ofPolicy = policy.gradient().floats();
        float[] ofValues = values.gradient().floats();
        assertThat(ofPolicy[0]).as("ρ e^.3 is clipped").isZero();
        assertThat((double) ofPolicy[1]).isCloseTo(-1.0558574 * Math.exp(-.1), within(1e-6));
        assertThat(ofPolicy[3]).isZero();
        assertThat((double) ofPolicy[5]).isCloseTo(.6626140 * Math.exp(.4), within(1e-6));
        assertThat(ofPolicy[7]).as("ρ e^−.3 is clipped").isZero();
        assertThat(ofValues[0]).as("V moved .3 towards R, held at .2").isZero();
        assertThat((double) ofValues[1]).isCloseTo(.1 * (.25 - .9201250), within(1e-6));
        assertThat((double) ofValues[3]).isCloseTo(.1 * (.1 - 1), within(1e-6));
        assertThat((double) ofValues[4]).as("V moved away from R").isCloseTo(.1 * (.3 + .6533624), within(1e-6));
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new Ppo(0, .2, .1)).hasMessageContaining("clip (0.0)");
        assertThatThrownBy(() -> new Ppo(.2, 0, .1)).hasMessageContaining("value-clip (0.0)");
        assertThatThrownBy(() -> new Ppo(.2, .2, 0)).hasMessageContaining("value-coefficient (0.0)");
    }
}
