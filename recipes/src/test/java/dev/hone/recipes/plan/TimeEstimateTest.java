package dev.hone.recipes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeEstimateTest {
    /** 10 s before; 2 s a step; 5 s an evaluation and 1 s to save the best, every 10 steps; 3 s a state, every 20; 1 s at the end. */
    private static final TimeEstimate PACE = new TimeEstimate(10, 2, 5, 3, 1, 10, 20);

    /** 10 + 25 · 2 + 3 · 6 + 2 · 3 + 1: after 25 steps the third evaluation and the second state are those of the end. */
    @Test
    void aRunIsTheSumOfItsParts() {
        assertThat(PACE.seconds(25)).isEqualTo(85);
        assertThat(PACE.parts(25))
                .extracting(TimeEstimate.TimePart::what)
                .containsExactly("before the first step", "25 steps", "3 evaluations", "2 states", "the result");
    }

    /** A 26th step would end after 87 s. */
    @Test
    void asManyStepsAreTakenAsEndInTime() {
        assertThat(PACE.stepsIn(86.9, 1000)).isEqualTo(25);
        assertThat(PACE.stepsIn(87, 1000)).isEqualTo(26);
    }

    @Test
    void thereIsAtLeastOneStepAndNeverMoreThanTheMost() {
        assertThat(PACE.stepsIn(1, 1000)).isEqualTo(1);
        assertThat(PACE.stepsIn(1e9, 1000)).isEqualTo(1000);
    }
}
