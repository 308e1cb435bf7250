package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.train.Schedule.DecayShape;
import dev.hone.train.Schedule.ScheduleType;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Multipliers that transformers 5.18 gives for two steps of warm-up in a run of ten, at steps 0 to 10. */
class ScheduleTest {
    @Test
    void linear() {
        check(new Schedule(ScheduleType.LINEAR, 2, 0, 0), 0, .5, 1, .875, .75, .625, .5, .375, .25, .125, 0);
    }

    @Test
    void cosine() {
        check(Schedule.cosine(2), 0, .5, 1, .96194, .853553, .691342, .5, .308658, .146447, .03806, 0);
    }

    @Test
    void cosineDownToAFloor() {
        check(
                new Schedule(ScheduleType.COSINE, 2, 0, 0.1),
                0,
                .5,
                1,
                .965746,
                .868198,
                .722208,
                .55,
                .377792,
                .231802,
                .134254,
                .1);
    }

    @Test
    void constantAfterWarmUp() {
        check(new Schedule(ScheduleType.CONSTANT, 2, 0, 0), 0, .5, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void constantFromTheStart() {
        check(Schedule.constant(), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void stableThenCosine() {
        check(new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 2, 4, 0), 0, .5, 1, 1, 1, 1, 1, .853553, .5, .146447, 0);
    }

    @Test
    void stableThenLinear() {
        check(
                new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 2, 4, DecayShape.LINEAR, 0, 1, 1),
                0,
                .5,
                1,
                1,
                1,
                1,
                1,
                .75,
                .5,
                .25,
                0);
    }

    @Test
    void stableThenOneMinusSquareRootDownToAFloorThatWarmUpStartsFrom() {
        check(
                new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 2, 4, DecayShape.ONE_MINUS_SQRT, 0.1, 1, 1),
                .1,
                .55,
                1,
                1,
                1,
                1,
                1,
                .55,
                .363604,
                .220577,
                .1);
    }

    @Test
    void cosineWithRestarts() {
        check(
                new Schedule(ScheduleType.COSINE_WITH_RESTARTS, 2, 0, DecayShape.COSINE, 0, 2, 1),
                0,
                .5,
                1,
                .853553,
                .5,
                .146447,
                1,
                .853553,
                .5,
                .146447,
                0);
    }

    @Test
    void polynomialDownToAFloor() {
        check(
                new Schedule(ScheduleType.POLYNOMIAL, 2, 0, DecayShape.COSINE, 0.1, 1, 2),
                0,
                .5,
                1,
                .789062,
                .60625,
                .451562,
                .325,
                .226562,
                .15625,
                .114063,
                .1);
    }

    /** Transformers rises again after the end of a run; here the floor stays. */
    @Test
    void cosineThatTrainsFromTheFirstStep() {
        check(
                new Schedule(ScheduleType.COSINE_WARMUP_WITH_MIN_LR, 2, 0, 0.1),
                .5,
                1,
                .965746,
                .868198,
                .722208,
                .55,
                .377792,
                .231802,
                .134254,
                .1,
                .1);
    }

    @Test
    void inverseSquareRoot() {
        check(
                new Schedule(ScheduleType.INVERSE_SQRT, 2, 0, 0),
                0,
                .5,
                1,
                .816497,
                .707107,
                .632456,
                .57735,
                .534522,
                .5,
                .471405,
                .447214);
    }

    /** 3 % of 50 steps is 1.5, so two; a quarter of the run decays. */
    @Test
    void warmUpAndDecayMayBeSharesOfTheRunRoundedUp() {
        Schedule shares = new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 0.03, 0.25, 0);
        Schedule counts = new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 2, 13, 0);
        for (int step = 0; step <= 50; step++) {
            assertThat(shares.multiplier(step, 50)).isEqualTo(counts.multiplier(step, 50));
        }
    }

    /** 3 % of one step rounds up to that step; the run then begins at its peak. */
    @Test
    void warmUpAsAShareLeavesAtLeastOneStep() {
        assertThat(Schedule.cosine(0.03).multiplier(0, 1)).isEqualTo(1);
        for (Schedule.ScheduleType kind : Schedule.ScheduleType.values()) {
            for (double share : new double[] {0.03, 0.5, 0.999}) {
                for (int total = 1; total <= 33; total++) {
                    Schedule schedule = new Schedule(kind, share, 0.1, 0);
                    assertThat(largest(schedule, total))
                            .as("%s, %s, %d", kind, share, total)
                            .isPositive()
                            .isEqualTo(schedule.largest(total));
                }
            }
        }
        assertThat(Schedule.cosine(0.03).warmUpSteps(33)).isEqualTo(1);
        assertThat(Schedule.cosine(0.03).warmUpSteps(34)).isEqualTo(2);
        assertThat(Schedule.cosine(0.9).warmUpSteps(5)).isEqualTo(4);
    }

    /** Warm-up of one step in a run of one, and a kind that is a step ahead, at the end of its decay at once. */
    @Test
    void theLargestMultiplierSaysWhetherARunCanLearn() {
        assertThat(Schedule.cosine(1).largest(1)).isEqualTo(0);
        assertThat(Schedule.cosine(10).largest(5)).isEqualTo(0.4);
        assertThat(new Schedule(ScheduleType.COSINE_WARMUP_WITH_MIN_LR, 0, 0, 0).largest(1))
                .isEqualTo(0);
        assertThat(new Schedule(ScheduleType.COSINE_WARMUP_WITH_MIN_LR, 0, 0, 0.1).largest(1))
                .isEqualTo(0.1);
        assertThat(new Schedule(ScheduleType.WARMUP_STABLE_DECAY, 3, 0.1, 0.2).largest(1))
                .isEqualTo(0.2);
        for (Schedule.ScheduleType kind : Schedule.ScheduleType.values()) {
            for (double warmup : new double[] {0, 1, 2, 40}) {
                for (double floor : new double[] {0, 0.3}) {
                    for (int total = 1; total <= 33; total++) {
                        Schedule schedule = new Schedule(kind, warmup, 0.3, Schedule.DecayShape.LINEAR, floor, 3, 2);
                        assertThat(schedule.largest(total))
                                .as("%s, %s, %s, %d", kind, warmup, floor, total)
                                .isEqualTo(largest(schedule, total));
                    }
                }
            }
        }
    }

    private static double largest(Schedule schedule, int total) {
        return IntStream.range(0, total)
                .mapToDouble(step -> schedule.multiplier(step, total))
                .max()
                .orElseThrow();
    }

    @Test
    void sharesOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> Schedule.cosine(-1)).hasMessageContaining("warmup (-1.0) must not be negative");
        assertThatThrownBy(() -> new Schedule(ScheduleType.COSINE, 0, 0, 2))
                .hasMessageContaining("floor (2.0) must be between");
    }

    private static void check(Schedule schedule, double... expected) {
        for (int step = 0; step <= 10; step++) {
            assertThat(schedule.multiplier(step, 10)).as("step %d", step).isCloseTo(expected[step], within(1e-6));
        }
    }
}
