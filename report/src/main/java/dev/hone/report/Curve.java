package dev.hone.report;

import java.util.ArrayList;
import java.util.List;

/** A named series of values over steps, steps rising. Immutable. */
public record Curve(String name, List<Point> points) {
    /** A value at a step. */
    public record Point(long step, double value) {}

    /** @throws IllegalArgumentException if steps do not rise */
    public Curve {
        points = List.copyOf(points);
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).step() <= points.get(i - 1).step()) {
                throw new IllegalArgumentException("steps of curve (%s) must rise; step %d follows %d"
                        .formatted(name, points.get(i).step(), points.get(i - 1).step()));
            }
        }
    }

    /** The metric called {@code metric} wherever {@code rows} have it as a finite number. */
    public static Curve of(String name, List<MetricsRow> rows, String metric) {
        return new Curve(
                        name,
                        rows.stream()
                                .map(row -> new Point(row.step(), row.value(metric)))
                                .toList())
                .where(Scale.LINEAR);
    }

    /** The points that can be drawn on {@code scale}: finite, and above zero if it is logarithmic. */
    public Curve where(Scale scale) {
        return new Curve(
                name,
                points.stream().filter(point -> scale.shows(point.value())).toList());
    }

    /**
     * An exponentially weighted mean over steps. A value d steps after the one before it moves the mean by
     * {@code s ← wᵈ s + (1 - wᵈ) x}; s is divided by the same sum over ones, so it starts at the first value instead of
     * zero. Counting steps and not points keeps a curve of few points, such as a loss on held-out rows, near its values
     * where a dense one is smoothed well. Non-finite values are left out.
     *
     * @param weight w, at least 0 (nothing changes) and below 1
     */
    public Curve smoothed(double weight) {
        if (!(weight >= 0 && weight < 1)) {
            throw new IllegalArgumentException("smoothing (%s) must be at least 0 and below 1".formatted(weight));
        }
        List<Point> smooth = new ArrayList<>(points.size());
        double mean = 0;
        double mass = 0;
        for (Point point : points) {
            if (Double.isFinite(point.value())) {
                long apart = smooth.isEmpty()
                        ? 1
                        : point.step() - smooth.get(smooth.size() - 1).step();
                double kept = Math.pow(weight, apart);
                mean = kept * mean + (1 - kept) * point.value();
                mass = kept * mass + (1 - kept);
                smooth.add(new Point(point.step(), mean / mass));
            }
        }
        return new Curve(name, smooth);
    }

    /** At most about {@code limit} points with the same appearance: of each part the lowest and the highest, and both ends. */
    public Curve thinned(int limit) {
        if (points.size() <= limit) {
            return this;
        }
        int stretches = Math.max(1, (limit - 2) / 2);
        List<Point> kept = new ArrayList<>(limit);
        kept.add(points.get(0));
        int inner = points.size() - 2;
        for (int s = 0; s < stretches; s++) {
            int from = 1 + (int) ((long) inner * s / stretches);
            int to = 1 + (int) ((long) inner * (s + 1) / stretches);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                low = points.get(i).value() < points.get(low).value() ? i : low;
                high = points.get(i).value() > points.get(high).value() ? i : high;
            }
            kept.add(points.get(Math.min(low, high)));
            if (low != high) {
                kept.add(points.get(Math.max(low, high)));
            }
        }
        kept.add(points.get(points.size() - 1));
        return new Curve(name, kept);
    }
}
