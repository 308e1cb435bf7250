package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SvgChartTest {
    /** The plot spans x 52 … 736 and y 278 … 14; steps 1 to 3 and values 1 to 3 (ticks from 1 to 3) fill it. */
    @Test
    void aLineRunsFromCornerToCorner() {
        String figure = SvgChart.figure(Plot.of("t", "v", CurvesTest.curve("a", 1, 2, 3)));
        assertThat(figure).contains("<path class=\"line c0\" d=\"M52 278L394 146L736 14\"/>");
    }

    @Test
    void restingOnAStepShowsAllItsValues() {
        String figure =
                SvgChart.figure(Plot.of("t", "v", CurvesTest.curve("a", 1, 2), CurvesTest.curve("b", 0.0001234)));
        assertThat(figure)
                .contains("<title>step 1\na  1.0000\nb  1.234e-04</title>")
                .contains("<title>step 2\na  2.0000</title>");
    }

    @Test
    void aLongRunStaysASmallFigure() {
        double[] values = new double[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i * 0.37);
        }
        String figure =
                SvgChart.figure(Plot.of("t", "v", CurvesTest.curve("a", values)).smoothed(0.99));
        assertThat(figure.length()).isLessThan(80_000);
    }

    @Test
    void noPointIsAnEmptyFrame() {
        assertThat(SvgChart.figure(
                        Plot.of("t", "v", CurvesTest.curve("a", Double.NaN)).logarithmic()))
                .contains("class=\"grid\"")
                .doesNotContain("class=\"line c0\" d=\"M52")
                .doesNotContain("NaN");
        assertThat(SvgChart.figure(Plot.of("t", "v", CurvesTest.curve("a", 5))))
                .contains("h0")
                .doesNotContain("NaN");
    }
}
