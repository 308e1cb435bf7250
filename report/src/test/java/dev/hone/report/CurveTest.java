package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.report.Curve.Point;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {
    /** w = 1/2 over 4, 2, 0: sums 2, 2, 1 over 1/2, 3/4, 7/8 give 4, 8/3, 8/7. */
    @Test
    void smoothingStartsAtTheFirstValue() {
        List<Point> smooth = CurvesTest.curve("a", 4, 2, 0).smoothed(0.5).points();
        assertThat(smooth.get(0).value()).isEqualTo(4);
        assertThat(smooth.get(1).value()).isCloseTo(8 / 3.0, within(1e-12));
        assertThat(smooth.get(2).value()).isCloseTo(8 / 7.0, within(1e-12));
    }

    /** Two steps apart, 1/4 of the past is kept: (4 · 1/2 · 1/4 + 0) / (1/2 · 1/4 + 3/4) = 0.5 / 0.875. */
    @Test
    void smoothingCountsStepsAndNotPoints() {
        Curve sparse = new Curve("a", List.of(new Point(1, 4), new Point(2, Double.NaN), new Point(3, 0)));
        assertThat(sparse.smoothed(0.5).points()).hasSize(2);
        assertThat(sparse.smoothed(0.5).points().get(1).value()).isCloseTo(4 / 7.0, within(1e-12));
    }

    @Test
    void noSmoothingChangesNothing() {
        Curve curve = CurvesTest.curve("a", 4, 2, 0);
        assertThat(curve.smoothed(0)).isEqualTo(curve);
    }

    @Test
    void thinningKeepsEndsAndSpikes() {
        double[] values = new double[10_000];
        values[1234] = 9;
        values[7777] = -9;
        Curve thin = CurvesTest.curve("a", values).thinned(100);
        assertThat(thin.points()).hasSizeLessThanOrEqualTo(100).contains(new Point(1235, 9), new Point(7778, -9));
        assertThat(thin.points().get(0).step()).isEqualTo(1);
        assertThat(thin.points().get(thin.points().size() - 1).step()).isEqualTo(10_000);
    }

    @Test
    void aMetricBecomesACurveWhereItWasMeasured() {
        List<MetricsRow> rows = IntStream.rangeClosed(1, 4)
                .mapToObj(step -> new MetricsRow(step, step % 2 == 0 ? Map.of("loss", step * 10) : Map.of()))
                .toList();
        assertThat(Curve.of("a", rows, "loss").points()).containsExactly(new Point(2, 20), new Point(4, 40));
    }

    @Test
    void stepsThatDoNotRiseAreRefused() {
        assertThatThrownBy(() -> new Curve("a", List.of(new Point(2, 1), new Point(2, 1))))
                .hasMessage("steps of curve (a) must rise; step 2 follows 2");
        assertThatThrownBy(() -> CurvesTest.curve("a", 1).smoothed(1)).hasMessageContaining("smoothing (1.0)");
        assertThatThrownBy(() -> Plot.of("p", "v", CurvesTest.curve("a"), CurvesTest.curve("a")))
                .hasMessage("curves of plot (p) must have different names");
    }
}
