package dev.hone.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Draws a {@link Plot} as a figure for a page: inline SVG that takes its colours from the page's style, with the values
 * at a step shown on hover, without scripts.
 */
final class SvgChart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 320;
    private static final int LEFT = 52;
    private static final int RIGHT = 24;
    private static final int TOP = 14;
    private static final int BOTTOM = 42;
    private static final int MOST_POINTS = 700;
    private static final int MOST_STOPS = 160;

    private final Plot plot;
    private final List<Curve> curves;
    private final List<Curve> lines;
    private final Axis x;
    private final Axis y;
    private final StringBuilder out = new StringBuilder();

    private SvgChart(Plot plot) {
        this.plot = plot;
        this.curves =
                plot.curves().stream().map(curve -> curve.where(plot.scale())).toList();
        this.lines =
                curves.stream().map(curve -> curve.smoothed(plot.smoothing())).toList();
        DoubleSummaryStatistics steps = new DoubleSummaryStatistics();
        DoubleSummaryStatistics values = new DoubleSummaryStatistics();
        curves.forEach(curve -> curve.points().forEach(point -> {
            steps.accept(point.step());
            values.accept(point.value());
        }));
        boolean empty = steps.getCount() == 0;
        this.x = empty ? Axis.steps(0, 1, 8) : Axis.steps(steps.getMin(), steps.getMax(), 8);
        this.y = Axis.rounded(empty ? 0.1 : values.getMin(), empty ? 1 : values.getMax(), plot.scale(), 6);
    }

    /** The figure's markup: title, axis and legend as text, then the drawing. */
    static String figure(Plot plot) {
        return new SvgChart(plot).draw();
    }

    private String draw() {
        out.append("<figure class=\"chart\">\n<figcaption><strong>")
                .append(Html.escape(plot.title()))
                .append("</strong><span class=\"unit\">")
                .append(Html.escape(plot.yLabel()))
                .append("</span>");
        if (curves.size() > 1) {
            out.append("<span class=\"legend\">");
            for (int i = 0; i < curves.size(); i++) {
                out.append("<span><svg class=\"key\" viewBox=\"0 0 18 8\" aria-hidden=\"true\"><path class=\"line ")
                        .append(paint(i))
                        .append("\" d=\"M1 4H17\"/></svg>")
                        .append(Html.escape(curves.get(i).name()))
                        .append("</span>");
            }
            out.append("</span>");
        }
        out.append("</figcaption>\n<div class=\"scroll\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(WIDTH, HEIGHT, Html.escape(plot.title())));
        grid();
        if (plot.smoothing() > 0) {
            for (int i = 0; i < curves.size(); i++) {
                path(curves.get(i), "raw " + paint(i));
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            path(lines.get(i), "line " + paint(i));
        }
        stops();
        return out.append("</svg></div>\n</figure>\n").toString();
    }

    private void grid() {
        for (double tick : y.ticks()) {
            double at = down(tick);
            out.append("<path class=\"grid\" d=\"M%d %sH%d\"/>".formatted(LEFT, Html.at(at), WIDTH - RIGHT));
            text(LEFT - 8, at + 4, "end", Axis.label(tick));
        }
        for (double tick : x.ticks()) {
            text(across(tick), HEIGHT - BOTTOM + 20, "middle", Axis.label(tick));
        }
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4, "middle", plot.xLabel());
        out.append('\n');
    }

    private void path(Curve curve, String style) {
        List<Curve.Point> points = curve.thinned(MOST_POINTS).points();
        if (points.isEmpty()) {
            return;
        }
        StringBuilder data = new StringBuilder();
        for (Curve.Point point : points) {
            data.append(data.isEmpty() ? 'M' : 'L')
                    .append(Html.at(across(point.step())))
                    .append(' ')
                    .append(Html.at(down(point.value())));
        }
        // A single point has no length; a line to itself with round caps shows as a dot.
        data.append(points.size() == 1 ? "h0" : "");
        out.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(style, data));
    }

    /** Invisible bands, one for each of a number of steps, that show a guide, dots and a title under the pointer. */
    private void stops() {
        List<Map<Long, Double>> values = new ArrayList<>();
        TreeSet<Long> all = new TreeSet<>();
        for (Curve line : lines) {
            Map<Long, Double> byStep = new HashMap<>();
            line.points().forEach(point -> byStep.put(point.step(), point.value()));
            values.add(byStep);
            all.addAll(byStep.keySet());
        }
        List<Long> steps = spread(new ArrayList<>(all));
        for (int s = 0; s < steps.size(); s++) {
            long step = steps.get(s);
            double at = across(step);
            double from = s == 0 ? LEFT : (across(steps.get(s - 1)) + at) / 2;
            double to = s == steps.size() - 1 ? WIDTH - RIGHT : (across(steps.get(s + 1)) + at) / 2;
            StringBuilder title = new StringBuilder(plot.xLabel()).append(String.format(Locale.ROOT, " %,d", step));
            StringBuilder dots = new StringBuilder();
            for (int i = 0; i < lines.size(); i++) {
                Double value = values.get(i).get(step);
                if (value != null) {
                    title.append('\n').append(lines.get(i).name()).append("  ").append(exact(value));
                    dots.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>"
                            .formatted(paint(i), Html.at(at), Html.at(down(value))));
                }
            }
            out.append("<g class=\"stop\"><title>")
                    .append(Html.escape(title.toString()))
                    .append("</title>");
            out.append("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"/><path d=\"M%s %dV%d\"/>"
                    .formatted(
                            Html.at(from),
                            TOP,
                            Html.at(to - from),
                            HEIGHT - TOP - BOTTOM,
                            Html.at(at),
                            TOP,
                            HEIGHT - BOTTOM));
            out.append(dots).append("</g>\n");
        }
    }

    private static List<Long> spread(List<Long> steps) {
        if (steps.size() <= MOST_STOPS) {
            return steps;
        }
        List<Long> some = new ArrayList<>();
        for (int i = 0; i < MOST_STOPS; i++) {
            some.add(steps.get((int) ((long) i * (steps.size() - 1) / (MOST_STOPS - 1))));
        }
        return some;
    }

    private void text(double at, double baseline, String anchor, String text) {
        out.append("<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
                .formatted(Html.at(at), Html.at(baseline), anchor, Html.escape(text)));
    }

    private double across(double step) {
        return LEFT + x.position(step) * (WIDTH - LEFT - RIGHT);
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String paint(int curve) {
        return "c" + curve % Palette.size() + (curve < Palette.size() ? "" : " dashed");
    }

    private static String exact(double value) {
        double size = Math.abs(value);
        return size != 0 && (size < 1e-3 || size >= 1e7)
                ? String.format(Locale.ROOT, "%.3e", value)
                : String.format(Locale.ROOT, "%,.4f", value);
    }
}
