package dev.hone.objective;

import static dev.hone.objective.CompletionFixture.batch;
import static dev.hone.objective.CompletionFixture.onPolicy;
import static dev.hone.objective.CompletionFixture.secondIsMasked;
import static dev.hone.objective.CompletionFixture.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Statistic;
import dev.hone.objective.ClippedPolicy.Clip;
import dev.hone.objective.ClippedPolicy.Kl;
import dev.hone.objective.ClippedPolicy.Level;
import dev.hone.objective.ClippedPolicy.Trust;
import dev.hone.tensor.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClippedPolicyTest {
    private static final Clip SYMMETRIC = new Clip(0.2, 0.2);
    private static final Clip GSPO = new Clip(3e-4, 4e-4);

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

    private static ClippedPolicy policy(PolicyLoss loss, Level level, Clip clip) {
        return policy(loss, level, clip, Kl.NONE, null);
    }

    private static ClippedPolicy policy(PolicyLoss loss, Level level, Clip clip, Kl kl, @Nullable Double drift) {
        return new ClippedPolicy(loss, level, clip, kl, drift, Trust.ALL, 0, 1, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "GRPO, TOKEN, -.2461820",
        "BNPO, TOKEN, -.4109461",
        "DR_GRPO, TOKEN, -.2568413",
        "DAPO, TOKEN, -.4109461",
        "LUSPO, SEQUENCE, -1.1613607",
        "GRPO, SEQUENCE, -.2950227"
    })
    void clippedLossesAreThoseOfTrl(PolicyLoss loss, Level level, double expected) {
        taken(policy(loss, level, SYMMETRIC), batch()).requireLoss(expected);
    }

    @ParameterizedTest
    @CsvSource({"CISPO, .2641036", "SAPO, -.5682741", "VESPO, .0443066"})
    void lossesWithoutAnEdgeAreThoseOfTrl(PolicyLoss loss, double expected) {
        taken(policy(loss, Level.TOKEN, Clip.USUAL), batch()).requireLoss(expected);
    }

    /** What is usual for sequences is GSPO's clip. */
    @Test
    void sequencesHaveANarrowClip() {
        taken(policy(PolicyLoss.GRPO, Level.SEQUENCE, GSPO), batch()).requireLoss(-.2239072);
        taken(policy(PolicyLoss.DAPO, Level.SEQUENCE, GSPO), batch()).requireLoss(-.3792058);
        taken(policy(PolicyLoss.DAPO, Level.SEQUENCE, Clip.USUAL), batch()).requireLoss(-.3792058);
    }

    @Test
    void aHigherClipLetsLikelyTokensRiseFurther() {
        taken(policy(PolicyLoss.DAPO, Level.TOKEN, new Clip(0.2, 0.28)), batch())
                .requireLoss(-.4269461);
        taken(ClippedPolicy.of(PolicyLoss.DAPO), batch()).requireLoss(-.4269461);
    }

    /** e^.4 = 1.49 counts as 1.3 where the advantage is −½. */
    @Test
    void deltaBoundsRatiosOfNegativeAdvantage() {
        taken(policy(PolicyLoss.DAPO, Level.TOKEN, new Clip(0.2, 0.2, 1.3)), batch())
                .requireLoss(-.4301286);
    }

    @Test
    void onPolicyTheLossIsTheMeanAdvantageAndSoIsItsGradient() {
        CompletionFixture.Taken taken = taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC), onPolicy());
        taken.requireLoss(-.4);
        taken.requireGradient(-.2, -.2, -.2, .1, .1);
    }

    @Test
    void gradientsAreThoseOfTrl() {
        taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC), batch())
                .requireGradient(0, -.180967, -.221034, .081873, .149182);
        taken(policy(PolicyLoss.GRPO, Level.TOKEN, SYMMETRIC), batch())
                .requireGradient(0, -.150806, -.184195, .102341, .186478);
        taken(policy(PolicyLoss.GRPO, Level.SEQUENCE, SYMMETRIC), batch())
                .requireGradient(-.190438, -.190438, -.190438, .138146, .138146);
    }

    @ParameterizedTest
    @CsvSource({"false, -.2457821", "true, -.2457142"})
    void aPullTowardsTheReferenceIsAdded(boolean corrected, double expected) {
        Kl kl = new Kl(0.04, corrected);
        taken(policy(PolicyLoss.GRPO, Level.TOKEN, SYMMETRIC, kl, null), batch())
                .requireLoss(expected);
    }

    /** On policy both forms have one value; only the gradient tells them apart. */
    @Test
    void theCorrectedPullHasTheGradientOfTheDivergence() {
        CompletionFixture.Taken plain =
                taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, new Kl(0.04, false), null), onPolicy());
        CompletionFixture.Taken corrected =
                taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, new Kl(0.04, true), null), onPolicy());
        plain.requireLoss(-.3995602);
        corrected.requireLoss(-.3995602);
        plain.requireGradient(-.198550, -.201771, -.199239, .100761, .099159);
        corrected.requireGradient(-.1984, -.2016, -.1992, .1008, .0992);
    }

    /** A row that is left out counts where rows are counted and not where tokens are. */
    @ParameterizedTest
    @CsvSource({"GRPO, -.5350014", "DAPO, -1.0700028", "DR_GRPO, -.4012510"})
    void aMaskedRowIsStillARow(PolicyLoss loss, double expected) {
        taken(policy(loss, Level.TOKEN, SYMMETRIC), secondIsMasked()).requireLoss(expected);
    }

    /** The 60 % quantile of .2 .4 .6 .9 1 is .72: the first and the last token are learned from. */
    @Test
    void theMostUncertainTokensAloneAreLearnedFrom() {
        ClippedPolicy top =
                new ClippedPolicy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, Kl.NONE, null, Trust.ALL, 0, 0.4, 4);
        float[] entropies = {1, .2f, .6f, .4f, .9f};
        CompletionFixture.Taken taken = taken(top, batch(), Map.of(Statistic.ENTROPY, entropies));
        taken.requireLoss(-.0908175);
        taken.requireGradient(0, 0, 0, 0, .149182);
        taken.requireMeasure("entropy/trained", .62);
    }

    /** The mean of .62, a tenth of it off the loss. */
    @Test
    void entropyCountsAgainstTheLoss() {
        ClippedPolicy bonus =
                new ClippedPolicy(PolicyLoss.GRPO, Level.TOKEN, SYMMETRIC, Kl.NONE, null, Trust.ALL, 0.1, 1, 4);
        float[] entropies = {1, .2f, .6f, .4f, .9f};
        taken(bonus, batch(), Map.of(Statistic.ENTROPY, entropies)).requireLoss(-.2461820 - .062);
    }

    /** mean(ln μ − ln π) is (.2 + 0)/2 in the second row. */
    @Test
    void rowsOfNegativeAdvantageThatHaveStrayedAreLeftOut() {
        Batch strayed = batch().with(Annotation.SAMPLED, new float[] {-.1f, -.9f, -.1f, -.6f, -.3f});
        assertThat(dropped(strayed, 0.09)).isTrue();
        assertThat(dropped(strayed, 0.11)).isFalse();
    }

    /** ln ρ is .4 −.1 .1 and −.2 .4, with means .133 and .1: a token may lie within e^±.3, a row within e^±.11. */
    @Test
    void tokensAndRowsThatSamplerAndPolicySeeApartAreLeftOut() {
        CompletionFixture.Taken tokens = taken(trusting(new Trust(Math.exp(.3), null)), batch());
        assertThat(tokens.gradient()[0]).isZero();
        assertThat(tokens.gradient()[1]).isNotZero();
        assertThat(tokens.gradient()[3]).isNotZero();
        assertThat(tokens.gradient()[4]).isZero();
        tokens.requireMeasure("dropped", .4);
        CompletionFixture.Taken rows = taken(trusting(new Trust(null, Math.exp(.11))), batch());
        assertThat(rows.gradient()[1]).isZero();
        rows.requireMeasure("dropped", .6);
        rows.requireGradient(0, 0, 0, .081873, .149182); // of five tokens still
        assertThatThrownBy(() -> new Trust(1.0, null)).hasMessageContaining("token (1.0) must be above 1");
    }

    private static ClippedPolicy trusting(Trust trust) {
        return new ClippedPolicy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, Kl.NONE, null, trust, 0, 1, 4);
    }

    private static boolean dropped(Batch batch, double drift) {
        CompletionFixture.Taken taken = taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, Kl.NONE, drift), batch);
        assertThat(taken.gradient()[1]).isNotZero(); // a positive advantage stays, however far
        return taken.gradient()[4] == 0;
    }

    /**
     * π − μ is .2000 −.0387 .0779 for the first row and −.0995 .2442 for the second: with the limit at .15 the first token has
     * risen too far; what fell by .0995 has not fallen too far until the limit is .09. 10⁻³·(ln ρ)² pulls at all of them.
     */
    @Test
    void dppoDropsTokensWhoseProbabilityHasMovedTooFar() {
        CompletionFixture.Taken wide = taken(policy(PolicyLoss.DPPO, Level.TOKEN, new Clip(.2, .15)), batch());
        double pull = 1e-3 * (.16 + .01 + .01 + .04 + .16);
        wide.requireLoss((-Math.exp(-.1) - Math.exp(.1) + .5 * Math.exp(-.2) + .5 * Math.exp(.4) + pull) / 5);
        wide.requireGradient(
                .0008 / 5,
                (-Math.exp(-.1) - .0002) / 5,
                (-Math.exp(.1) + .0002) / 5,
                (.5 * Math.exp(-.2) - .0004) / 5,
                (.5 * Math.exp(.4) + .0008) / 5);
        wide.requireMeasure("clip/high", .2);
        wide.requireMeasure("clip/low", 0);
        CompletionFixture.Taken narrow = taken(policy(PolicyLoss.DPPO, Level.TOKEN, new Clip(.09, .15)), batch());
        narrow.requireMeasure("clip/low", .2);
        assertThat((double) narrow.gradient()[3]).isCloseTo(-.0004 / 5, within(1e-7));
    }

    /**
     * k3 of π to the reference is .0187308 .0214028 .0048374 in the first row. ρ − 1 − ln ρ with ln ρ .4 −.1 .1 −.2 .4: .0918247
     * .0048374 .0051709 .0187308 .0918247, and the largest |ln ρ| is .4. Of five tokens the first is clipped. All are means over
     * tokens, though the loss is one over rows.
     */
    @Test
    void measuresAreMeansOverTokens() {
        Kl kl = new Kl(0.04, true);
        CompletionFixture.Taken taken = taken(policy(PolicyLoss.GRPO, Level.TOKEN, SYMMETRIC, kl, null), batch());
        taken.requireMeasure("mismatch", (.0918247 + .0048374 + .0051709 + .0187308 + .0918247) / 5);
        taken.requireMeasure("mismatch/largest", .4);
        taken.requireMeasure("clip/high", .2);
        taken.requireMeasure("clip/low", 0);
        taken.requireMeasure("kl", (.0187308 + .0214028 + .0048374 + .0048374 + .0051709) / 5);
        taken(policy(PolicyLoss.GRPO, Level.TOKEN, SYMMETRIC, kl, null), secondIsMasked())
                .requireMeasure("kl", (.0187308 + .0214028 + .0048374) / 3);
    }

    /** Entropy is a statistic of its own, and is not taken for known where nothing reads it. */
    @Test
    void onPolicyNothingIsAmiss() {
        CompletionFixture.Taken taken = taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC), onPolicy());
        assertThat(taken.measures())
                .containsEntry("mismatch", 0.0)
                .containsEntry("mismatch/largest", 0.0)
                .doesNotContainKey("entropy/trained");
    }

    /** A group whose rewards are equal has advantage 0 throughout. */
    @ParameterizedTest
    @EnumSource
    void withoutAdvantageThereIsNoGradient(PolicyLoss loss) {
        Batch even = onPolicy().with(Annotation.ADVANTAGE, new float[5]);
        taken(ClippedPolicy.of(loss), even).requireGradient(0, 0, 0, 0, 0);
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> policy(PolicyLoss.LUSPO, Level.TOKEN, SYMMETRIC))
                .hasMessageContaining("level (token) must be sequence for loss: luspo");
        assertThatThrownBy(() -> policy(PolicyLoss.VESPO, Level.TOKEN, SYMMETRIC))
                .hasMessageContaining("clip has no effect on loss: vespo");
        assertThatThrownBy(() -> policy(PolicyLoss.CISPO, Level.TOKEN, SYMMETRIC))
                .hasMessageContaining("clip.high (0.2) is the largest ratio");
        assertThatThrownBy(() -> policy(PolicyLoss.DR_GRPO, Level.TOKEN, new Clip(0.2, 0.5, 1.4)))
                .hasMessageContaining("clip.delta (1.4) must be above 1 + clip.high (1.5)");
        assertThatThrownBy(() -> policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, Kl.NONE, 0.0))
                .hasMessageContaining("drift (0.0) must be positive");
    }

    @Test
    void aReferenceIsAskedForOnlyWhereItPulls() {
        Batch bare = batch();
        Batch without = new Batch(bare.tokens(), bare.positions(), bare.segments(), bare.targets(), bare.rowIds())
                .with(Annotation.SAMPLED, CompletionFixture.SAMPLED)
                .with(Annotation.ADVANTAGE, CompletionFixture.ADVANTAGES);
        taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC), without).requireLoss(-.4109461);
        assertThatThrownBy(
                        () -> taken(policy(PolicyLoss.DAPO, Level.TOKEN, SYMMETRIC, new Kl(0.1, true), null), without))
                .hasMessageContaining("the batch has no REFERENCE");
    }
}
