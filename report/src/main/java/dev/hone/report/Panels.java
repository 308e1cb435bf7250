package dev.hone.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
 * Series of points with their intervals in panels side by side, as one PNG image, the legend below; each panel has an axis of decades of
 * its own. What is zero stands a decade before the least of the rest, on a tick that says 0.
 */
public final class Panels {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 460;
    private static final Color GRID = new Color(0xE8E8E8);

    private Panels() {}

    /**
     * @param x at least 0, ascending
     * @param y in percent
     * @param intervals around each y, as shares of one; as many as there are points
     */
    @SuppressWarnings("ArrayRecordComponent") // passed to the drawing library
    public record Series(String name, double[] x, double[] y, List<Interval> intervals) {
        public Series {
            intervals = List.copyOf(intervals);
        }
    }

    /** Series over one axis. */
    public record Panel(String xLabel, String yLabel, List<Series> series) {
        public Panel {
            series = List.copyOf(series);
        }
    }

    /** Writes the image to {@code file}, replacing it as a whole. */
    public static void save(List<Panel> panels, Path file) throws IOException {
        List<XYChart> charts = new ArrayList<>();
        panels.forEach(panel -> charts.add(chart(panel)));
        Path part = file.resolveSibling(file.getFileName() + ".part.png");
        BitmapEncoder.saveBitmap(charts, 1, charts.size(), part.toString(), BitmapFormat.PNG);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static XYChart chart(Panel panel) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(panel.xLabel())
                .yAxisTitle(panel.yLabel())
                .build();
        Decades decades = Decades.of(panel.series());
        style(chart.getStyler(), decades);
        for (int i = 0; i < panel.series().size(); i++) {
            Series one = panel.series().get(i);
            double[] places = Arrays.stream(one.x()).map(decades::place).toArray();
            bars(chart, "interval " + i, places, one.intervals(), new Color(Palette.faint(i, 0.55)));
            XYSeries series = chart.addSeries(one.name(), places, one.y());
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setLineColor(new Color(Palette.colour(i)));
            series.setMarkerColor(new Color(Palette.colour(i)));
        }
        return chart;
    }

    private static void style(XYStyler style, Decades decades) {
        style.setYAxisMin(0.0)
                .setYAxisMax(100.0)
                .setXAxisMin((double) decades.low())
                .setXAxisMax((double) decades.high());
        style.setXAxisTickLabelsFormattingFunction(decades::label).setXAxisTickMarkSpacingHint(40);
        style.setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
        style.setPlotGridLinesColor(GRID).setPlotGridVerticalLinesVisible(false);
        style.setPlotBorderVisible(false);
        style.setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE).setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    }

    /** A line from the low to the high end of each interval. */
    private static void bars(XYChart chart, String id, double[] places, List<Interval> intervals, Color colour) {
        for (int i = 0; i < intervals.size(); i++) {
            Interval interval = intervals.get(i);
            XYSeries bar = chart.addSeries(id + "." + i, new double[] {places[i], places[i]}, new double[] {
                100 * interval.low(), 100 * interval.high()
            });
            bar.setMarker(SeriesMarkers.NONE)
                    .setLineColor(colour)
                    .setLineStyle(new BasicStroke(2))
                    .setShowInLegend(false);
        }
    }

    /**
     * Places on an axis by the logarithm, base 10.
     *
     * @param low the whole decade at or below the least value; one before it where there is a zero
     * @param high the whole decade at or above the largest
     * @param zero whether the lowest place means zero
     */
    record Decades(int low, int high, boolean zero) {
        static Decades of(List<Series> series) {
            double[] all = series.stream()
                    .flatMapToDouble(one -> Arrays.stream(one.x()))
                    .toArray();
            boolean zero = Arrays.stream(all).anyMatch(x -> x <= 0);
            double least = Arrays.stream(all).filter(x -> x > 0).min().orElse(1);
            double most = Arrays.stream(all).filter(x -> x > 0).max().orElse(1);
            int low = (int) Math.floor(Math.log10(least));
            return new Decades(zero ? low - 1 : low, Math.max(low + 1, (int) Math.ceil(Math.log10(most))), zero);
        }

        double place(double value) {
            return value > 0 ? Math.log10(value) : low;
        }

        /** {@code 0}, {@code 0.1}, {@code 10}, {@code 1,000}; nothing between decades. */
        String label(double place) {
            long decade = Math.round(place);
            if (Math.abs(place - decade) > 1e-6 || decade < low || decade > high) {
                return " ";
            }
            return zero && decade == low
                    ? "0"
                    : String.format(Locale.ROOT, decade < 0 ? "%,." + -decade + "f" : "%,.0f", Math.pow(10, decade));
        }
    }
}
