package dev.hone.report;

import dev.hone.files.AtomicFiles;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a {@link Plot} into a PNG of 900 by 540: light grid, the smoothed line over a faint raw one, the legend below the
 * data.
 *
 * <p>Fonts of other scripts are missing on most servers, so characters outside ASCII become {@code ?}. No display is
 * needed; where one is configured but cannot be reached, the application has to be started with
 * {@code java.awt.headless=true}, which a library must not set.
 */
public final class Curves {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;
    private static final int MOST_POINTS = 1600; // about two a pixel column
    private static final Color INK = new Color(0x222222);
    private static final Color SOFT_INK = new Color(0x666666);
    private static final Color GRID = new Color(0xE8E8E8);

    private Curves() {}

    /** Writes the image to {@code file}, replacing it as a whole. */
    public static void save(Plot plot, Path file) throws IOException {
        AtomicFiles.write(file, png(plot));
    }

    /**
     * The image's bytes. A plot without a drawable point gives an empty frame.
     *
     * @throws IOException if the image cannot be drawn on this machine
     */
    public static byte[] png(Plot plot) throws IOException {
        try {
            return BitmapEncoder.getBitmapBytes(chart(plot), BitmapFormat.PNG);
        } catch (AWTError e) {
            throw new IOException(
                    "the display cannot be reached (" + e.getMessage() + "); start with -Djava.awt.headless=true", e);
        }
    }

    private static XYChart chart(Plot plot) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(ascii(plot.title()))
                .xAxisTitle(ascii(plot.xLabel()))
                .yAxisTitle(ascii(plot.yLabel()))
                .build();
        List<Curve> curves =
                plot.curves().stream().map(curve -> curve.where(plot.scale())).toList();
        style(chart.getStyler(), plot, curves);
        axes(chart, plot, curves);
        boolean smooth = plot.smoothing() > 0;
        for (int i = 0; smooth && i < curves.size(); i++) {
            line(chart, "raw " + i, curves.get(i), i, 1f)
                    .setLineColor(new Color(Palette.faint(i, 0.28)))
                    .setShowInLegend(false);
        }
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = smooth ? curves.get(i).smoothed(plot.smoothing()) : curves.get(i);
            line(chart, "line " + i, curve, i, 2.2f).setLabel(ascii(curve.name()));
        }
        return chart;
    }

    private static XYSeries line(XYChart chart, String id, Curve curve, int index, float width) {
        List<Curve.Point> points = curve.thinned(MOST_POINTS).points();
        double[] steps = points.stream().mapToDouble(Curve.Point::step).toArray();
        double[] values = points.stream().mapToDouble(Curve.Point::value).toArray();
        boolean empty = points.isEmpty();
        XYSeries series =
                chart.addSeries(id, empty ? new double[] {0} : steps, empty ? new double[] {Double.NaN} : values);
        series.setMarker(points.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setMarkerColor(new Color(Palette.colour(index)));
        series.setLineColor(new Color(Palette.colour(index)));
        series.setLineStyle(stroke(index, width));
        return series;
    }

    /** Curves beyond the palette are dashed, so that no two look alike. */
    private static BasicStroke stroke(int index, float width) {
        float[] dash = index < Palette.size() ? null : new float[] {7, 4};
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    private static void style(XYStyler style, Plot plot, List<Curve> curves) {
        style.setChartBackgroundColor(Color.WHITE).setChartPadding(18).setChartFontColor(INK);
        style.setChartTitleFont(font(Font.BOLD, 18))
                .setChartTitleBoxVisible(false)
                .setChartTitlePadding(12);
        style.setPlotBackgroundColor(Color.WHITE).setPlotBorderVisible(false).setPlotContentSize(0.98);
        style.setPlotMargin(4).setPlotGridLinesColor(GRID).setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotGridVerticalLinesVisible(false)
                .setAxisTicksLineVisible(false)
                .setAxisTicksMarksVisible(false);
        style.setAxisTitleFont(font(Font.PLAIN, 13)).setAxisTitlePadding(10);
        style.setAxisTickLabelsFont(font(Font.PLAIN, 12))
                .setAxisTickLabelsColor(SOFT_INK)
                .setAxisTickPadding(8);
        style.setXAxisTickLabelsFormattingFunction(Axis::label).setYAxisTickLabelsFormattingFunction(Axis::label);
        style.setXAxisTickMarkSpacingHint(90).setYAxisTickMarkSpacingHint(56);
        style.setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
        style.setLegendFont(font(Font.PLAIN, 13))
                .setLegendBorderColor(Color.WHITE)
                .setLegendSeriesLineLength(28);
        style.setLegendVisible(curves.size() > 1).setLegendPadding(12);
        if (curves.stream().mapToInt(curve -> curve.name().length() + 8).sum() > 100) { // one line would be too wide
            style.setLegendPosition(LegendPosition.OutsideE).setLegendLayout(LegendLayout.Vertical);
        }
        style.setYAxisLogarithmic(plot.scale() == Scale.LOGARITHMIC).setYAxisLogarithmicDecadeOnly(false);
    }

    private static void axes(XYChart chart, Plot plot, List<Curve> curves) {
        DoubleSummaryStatistics steps = statistics(curves, Curve.Point::step);
        DoubleSummaryStatistics values = statistics(curves, Curve.Point::value);
        boolean empty = steps.getCount() == 0;
        Axis x = empty ? Axis.steps(0, 1, 8) : Axis.steps(steps.getMin(), steps.getMax(), 8);
        Axis y = Axis.rounded(empty ? 0.1 : values.getMin(), empty ? 1 : values.getMax(), plot.scale(), 9);
        XYStyler style = chart.getStyler();
        style.setXAxisMin(x.low()).setXAxisMax(x.high()).setYAxisMin(y.low()).setYAxisMax(y.high());
        if (plot.scale() == Scale.LOGARITHMIC) { // every 1, 2, … 9 has a grid line, but there is no room for all labels
            style.setYAxisTickLabelsFormattingFunction(value ->
                    y.ticks().stream().anyMatch(tick -> Math.abs(value / tick - 1) < 1e-6) ? Axis.label(value) : " ");
        }
        // Where all steps are equally far apart the library labels every n-th of them instead of round numbers.
        double[] uneven = {x.low() + (x.high() - x.low()) / Math.PI};
        XYSeries series = chart.addSeries("uneven", uneven, new double[] {Double.NaN});
        series.setMarker(SeriesMarkers.NONE).setShowInLegend(false);
    }

    private static DoubleSummaryStatistics statistics(List<Curve> curves, ToDoubleFunction<Curve.Point> part) {
        return curves.stream()
                .flatMapToDouble(curve -> curve.points().stream().mapToDouble(part))
                .collect(
                        DoubleSummaryStatistics::new,
                        DoubleSummaryStatistics::accept,
                        DoubleSummaryStatistics::combine);
    }

    private static Font font(int weight, int size) {
        return new Font(Font.SANS_SERIF, weight, size);
    }

    private static String ascii(String text) {
        return text.replace('–', '-').replaceAll("[^\\x20-\\x7E]", "?");
    }
}
