package dev.hone.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Series of points in panels side by side, as one PNG image; each panel has a logarithmic axis of its own. */
public final class Panels {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 440;

    private Panels() {}

    /**
     * @param x positive, ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // passed to the drawing library
    public record Series(String name, double[] x, double[] y) {}

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
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisMin(0.0)
                .setYAxisMax(100.0)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setLegendPosition(Styler.LegendPosition.InsideNW)
                .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        for (int i = 0; i < panel.series().size(); i++) {
            Series one = panel.series().get(i);
            XYSeries series = chart.addSeries(one.name(), one.x(), one.y());
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setLineColor(new Color(Palette.colour(i)));
            series.setMarkerColor(new Color(Palette.colour(i)));
        }
        return chart;
    }
}
