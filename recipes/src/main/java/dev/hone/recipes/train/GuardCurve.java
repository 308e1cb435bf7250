package dev.hone.recipes.train;

import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.report.Curve;
import dev.hone.report.MetricsRow;
import dev.hone.report.Plot;
import dev.hone.train.Forecast;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What guards measured in the course of a run, as a plot.
 *
 * @param file its name in the folder of curves
 */
record GuardCurve(String file, Plot plot) {
    private static final List<String> GROUPS = List.of("retention/", "task/", "spill-over");

    /** One for each measure that the rows have. */
    static List<GuardCurve> of(List<MetricsRow> rows) {
        List<GuardCurve> curves = new ArrayList<>();
        add(curves, rows, Forecast.NAME, "Forecast: KL(base, policy)", "nats a token");
        add(curves, rows, GuardMeasures.GAP, "Held-out loss minus that of trained rows", "nats");
        for (String name : names(rows)) {
            add(curves, rows, GuardMeasures.PREFIX + name, name, "");
        }
        return curves;
    }

    /** The measures themselves, without the ends of their intervals. */
    private static Set<String> names(List<MetricsRow> rows) {
        Set<String> names = new LinkedHashSet<>();
        for (MetricsRow row : rows) {
            for (String key : row.values().keySet()) {
                String name = key.startsWith(GuardMeasures.PREFIX) ? key.substring(GuardMeasures.PREFIX.length()) : "";
                if (GROUPS.stream().anyMatch(name::startsWith) && !name.matches(".*/(low|high|lost)")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static void add(List<GuardCurve> curves, List<MetricsRow> rows, String key, String title, String unit) {
        Curve curve = Curve.of(title, rows, key);
        if (!curve.points().isEmpty()) {
            String file = key.replace(GuardMeasures.PREFIX, "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N}]+", "-")
                    + ".png";
            curves.add(new GuardCurve(file, Plot.of(title, unit, curve).smoothed(0)));
        }
    }
}
