package dev.hone.recipes.guard;

import dev.hone.report.MetricsRow;
import dev.hone.train.Forecast;
import dev.hone.train.ValidationResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured of a run's weights at one time, by the names that stand in {@code metrics.jsonl}.
 *
 * @param values by name
 */
public record GuardMeasures(Map<String, Double> values) {
    /** What a run's own loss of held-out rows is called. */
    public static final String LOSS = "evaluation-loss";

    /** What stands before the name of anything else that is measured. */
    public static final String PREFIX = "evaluation/";

    /** The held-out loss minus that of rows that are trained on. */
    public static final String GAP = "gap";

    /** What stands before the title of a retention measure. */
    static final String RETENTION = "retention/";

    /** What stands before the title of a task measure. */
    static final String TASK = "task/";

    static final String SPILL_OVER = "spill-over";

    /** The loss of rows that are trained on. */
    static final String TRAINED = "trained";

    private static final String OWN = "loss";

    public GuardMeasures {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A validation's measures: the run's own loss by the name it has always had, also where it stands beside a task. */
    public static GuardMeasures of(ValidationResult result) {
        Map<String, Double> named = new LinkedHashMap<>();
        boolean isOwn = result.name().equals(OWN);
        named.put(isOwn ? LOSS : PREFIX + result.name(), result.value());
        result.measures().forEach((name, value) -> {
            boolean isOfTask = !isOwn && MeasuredTask.BESIDE.contains(name);
            named.put(isOfTask ? PREFIX + result.name() + "/" + name : name(name, isOwn), value);
        });
        Double trained = named.get(PREFIX + TRAINED);
        if (trained != null) {
            named.put(GAP, named.getOrDefault(LOSS, Double.NaN) - trained);
        }
        return new GuardMeasures(named);
    }

    private static String name(String name, boolean isOfLoss) {
        if (name.equals(Forecast.NAME)) {
            return name;
        }
        if (!isOfLoss && name.equals(OWN)) {
            return LOSS;
        }
        boolean isOfOther = !isOfLoss && name.startsWith(OWN + "/");
        return PREFIX + (isOfOther ? name.substring(OWN.length() + 1) : name);
    }

    /** The loss minus that of trained rows; NaN where it was not measured. */
    double gap() {
        return at(GAP);
    }

    /** A measure of the guards by its own name, such as {@code retention/general}; NaN where it was not taken. */
    double value(String name) {
        return at(PREFIX + name);
    }

    /** Those of a row of metrics. */
    public static GuardMeasures of(MetricsRow row) {
        Map<String, Double> named = new LinkedHashMap<>();
        row.values().forEach((name, value) -> named.put(name, value.doubleValue()));
        return new GuardMeasures(named);
    }

    private double at(String key) {
        return values.getOrDefault(key, Double.NaN);
    }

    /** Whether a measure has an interval, as shares have. */
    boolean hasInterval(String name) {
        return Double.isFinite(value(name + "/low"));
    }

    /** A share for reading, with its interval. */
    String percent(String name) {
        return String.format(
                Locale.ROOT,
                "%.1f %% (95 %%: %.1f-%.1f)",
                100 * value(name),
                100 * value(name + "/low"),
                100 * value(name + "/high"));
    }

    /** The same for reading, with its interval where it has one. */
    String number(String name) {
        double low = value(name + "/low");
        String value = String.format(Locale.ROOT, "%.4f", value(name));
        return Double.isNaN(low)
                ? value
                : String.format(Locale.ROOT, "%s (95 %%: %.4f-%.4f)", value, low, value(name + "/high"));
    }
}
