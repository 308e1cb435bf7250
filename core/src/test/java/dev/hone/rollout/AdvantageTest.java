package dev.hone.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.rollout.Advantage.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two groups of four; numbers from TRL. */
class AdvantageTest {
    private static final double NO_JUDGEMENT = Double.NaN;
    private static final List<double[]> REWARDS = List.of(new double[] {1, 0, 0, .5}, new double[] {2, 1, 1, 0});

    private static void requireClose(List<double[]> actual, double[]... expected) {
        assertThat(actual).hasSize(expected.length);
        for (int g = 0; g < expected.length; g++) {
            assertThat(actual.get(g)).as("group %d", g).containsExactly(expected[g], within(1e-6));
        }
    }

    private static double[] group(double... numbers) {
        return numbers;
    }

    @Test
    void anAdvantageIsTheDifferenceToTheGroupsMean() {
        requireClose(Advantage.ofGroups(REWARDS, Scale.NONE), group(.625, -.375, -.375, .125), group(1, 0, 0, -1));
    }

    @Test
    void itMayBeInUnitsOfTheGroupsOrTheStepsDeviation() {
        requireClose(
                Advantage.ofGroups(REWARDS, Scale.GROUP),
                group(1.3053098, -.7831858, -.7831858, .2610619),
                group(1.2245948, 0, 0, -1.2245948));
        requireClose(
                Advantage.ofGroups(REWARDS, Scale.BATCH),
                group(.8877298, -.5326379, -.5326379, .1775460),
                group(1.4203677, 0, 0, -1.4203677));
    }

    /** Baselines of the first group: (0 + 0 + ½)/3 = .1667, ½, ½, ⅓. */
    @Test
    void leaveOneOutComparesWithTheOthersAlone() {
        List<double[]> advantages = Advantage.leaveOneOut(REWARDS);
        requireClose(advantages, group(.8333333, -.5, -.5, .1666667), group(1.3333333, 0, 0, -1.3333333));
        assertThat(Advantage.normalisedLeaveOneOut(REWARDS).get(0))
                .containsExactly(group(1.0085611, -.6051367, -.6051367, .2017122), within(1e-6));
    }

    /** The sum of ln μ − ln ref over its tokens is −.3, so β = .05 adds .015. */
    @Test
    void theDistanceToTheReferenceMayBePartOfTheReward() {
        float[] sampled = {-.9f, -.9f, -.3f};
        float[] reference = {-.7f, -.8f, -.3f};
        assertThat(Advantage.lessDistance(1, 0.05, sampled, reference)).isCloseTo(1.015, within(1e-7));
    }

    /** The second reward is in hundreds, weighs half, and has no judgement of one completion; numbers from TRL's normalize_then_sum. */
    @Test
    void aRewardInLargeNumbersDoesNotDrownAnother() {
        List<double[]> other = List.of(group(100, 300, NO_JUDGEMENT, 200), group(0, 0, 0, 1000));
        requireClose(
                Advantage.ofSeveral(List.of(REWARDS, other), group(1, .5)),
                group(1.2939917, -.4550306, -1.2584417, .4194806),
                group(1.5660024, -.4017059, -.4017059, -.7625907));
        assertThatThrownBy(() -> Advantage.ofSeveral(List.of(REWARDS, List.of(group(1))), group(1, 1)))
                .hasMessageContaining("reward 1 has other groups");
    }

    @Test
    void aCompletionThatNobodyJudgedNeitherCountsNorLearns() {
        List<double[]> rewards = List.of(group(1, NO_JUDGEMENT, 0), group(NO_JUDGEMENT, 2, NO_JUDGEMENT));
        requireClose(Advantage.ofGroups(rewards, Scale.NONE), group(.5, 0, -.5), group(0, 0, 0));
        requireClose(Advantage.leaveOneOut(rewards), group(1, 0, -1), group(0, 0, 0));
        requireClose(Advantage.overMean(rewards), group(1, 0, -1), group(0, 0, 0));
        double third = 1 / (1 + 1e-4); // 1, −1 and 0 have deviation 1
        requireClose(Advantage.normalisedLeaveOneOut(rewards), group(third, 0, -third), group(0, 0, 0));
        List<List<double[]>> several = List.of(rewards, List.of(group(3, NO_JUDGEMENT, 3), group(1, 1, 1)));
        assertThat(Advantage.ofSeveral(several, group(1, 1)).get(0)[1]).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void equalRewardsTeachNothing(Scale scale) {
        requireClose(Advantage.ofGroups(List.of(group(1, 1, 1)), scale), group(0, 0, 0));
        assertThat(Advantage.isUneven(group(1, 1, NO_JUDGEMENT))).isFalse();
        assertThat(Advantage.isUneven(group(NO_JUDGEMENT))).isFalse();
        assertThat(Advantage.isUneven(group(NO_JUDGEMENT, 1, 0))).isTrue();
    }

    /** One right of four: (1 − ¼)/¼ = 3 and −1. None right: nothing to learn. */
    @Test
    void whatIsRarelySolvedCountsMostOverTheMean() {
        requireClose(
                Advantage.overMean(List.of(group(1, 0, 0, 0), group(1, 1, 1, 0), group(0, 0))),
                group(3, -1, -1, -1),
                group(1.0 / 3, 1.0 / 3, 1.0 / 3, -1),
                group(0, 0));
        assertThatThrownBy(() -> Advantage.overMean(List.of(group(1, -.5)))).hasMessageContaining("reward (-0.5)");
    }

    @Test
    void aTeacherRaisesWhatItWouldRatherHaveSaid() {
        assertThat(Advantage.towards(new float[] {-.5f, -3}, new float[] {-1, -1}))
                .containsExactly(.5f, -2);
        assertThatThrownBy(() -> Advantage.towards(new float[1], new float[2])).hasMessageContaining("2 tokens");
    }
}
