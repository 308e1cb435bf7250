package dev.hone.report;

import java.util.List;

/**
 * A line plot as data: what {@link Curves} draws into an image and {@link HtmlReport} into a page. Immutable.
 *
 * @param smoothing weight of earlier values in the line over the raw one, 0 for the raw one alone
 */
public record Plot(String title, String xLabel, String yLabel, Scale scale, double smoothing, List<Curve> curves) {
    /** @throws IllegalArgumentException if smoothing is outside [0, 1) or two curves share a name */
    public Plot {
        curves = List.copyOf(curves);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("smoothing (%s) must be at least 0 and below 1".formatted(smoothing));
        }
        if (curves.stream().map(Curve::name).distinct().count() < curves.size()) {
            throw new IllegalArgumentException("curves of plot (%s) must have different names".formatted(title));
        }
    }

    /** Curves over steps on a linear axis, as they are. */
    public static Plot of(String title, String yLabel, Curve... curves) {
        return new Plot(title, "step", yLabel, Scale.LINEAR, 0, List.of(curves));
    }

    public Plot logarithmic() {
        return new Plot(title, xLabel, yLabel, Scale.LOGARITHMIC, smoothing, curves);
    }

    public Plot smoothed(double weight) {
        return new Plot(title, xLabel, yLabel, scale, weight, curves);
    }

    public Plot over(String label) {
        return new Plot(title, label, yLabel, scale, smoothing, curves);
    }
}
