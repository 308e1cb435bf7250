package dev.hone.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.report.Interval;
import dev.hone.train.Validation.Direction;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Measure EIGHTY = accuracy(0.80);

    @Test
    void aValueAtTheLimitPasses() {
        assertThat(new Gate(0.8, null, null).judge(EIGHTY, null).holds()).isTrue();
        Gate.Verdict below = new Gate(0.81, null, null).judge(EIGHTY, null);
        assertThat(below.holds()).isFalse();
        assertThat(below.sentence()).isEqualTo("80.0 % (95 %: 75.0 % to 85.0 %) is below 81.0 %");
    }

    /** From 0.80 to 0.784 an accuracy loses 2 % of what it was. */
    @Test
    void aLossIsRelativeToWhatWasThereBefore() {
        Gate gate = new Gate(null, null, 0.02);
        assertThat(gate.judge(accuracy(0.785), EIGHTY).holds()).isTrue();
        Gate.Verdict lost = gate.judge(accuracy(0.78), EIGHTY);
        assertThat(lost.holds()).isFalse();
        assertThat(lost.sentence())
                .isEqualTo("78.0 % (95 %: 73.0 % to 83.0 %) has lost 2.5 % since 80.0 %, more than 2.0 %");
        assertThat(gate.judge(accuracy(0.9), EIGHTY).sentence()).contains("has gained 12.5 % since 80.0 %");
    }

    /** 2.00 to 2.05 is 2.5 %. */
    @Test
    void aLossOfNatsGrowsWhereAModelForgets() {
        Measure before = new Measure(2.0, new Interval(2, 2), Direction.LOWER_IS_BETTER);
        Measure now = new Measure(2.05, new Interval(2, 2.1), Direction.LOWER_IS_BETTER);
        assertThat(new Gate(null, null, 0.02).judge(now, before).holds()).isFalse();
        assertThat(new Gate(null, null, 0.03).judge(now, before).holds()).isTrue();
        assertThat(new Gate(null, 2.0, null).judge(now, before).sentence())
                .isEqualTo("2.050 (95 %: 2.000 to 2.100) is above 2.000");
    }

    @Test
    void nothingCanBeLostWhereNothingWasMeasuredBefore() {
        assertThat(new Gate(null, null, 0.02).judge(EIGHTY, null).holds()).isTrue();
        assertThatThrownBy(() -> new Gate(null, null, null)).hasMessageContaining("at-least, at-most or lose-at-most");
    }

    private static Measure accuracy(double value) {
        return new Measure(value, new Interval(value - 0.05, value + 0.05), Direction.HIGHER_IS_BETTER);
    }
}
