package dev.hone.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The metrics of one step of a run: named numbers, in the order they were given. Whole numbers are kept as {@link Long},
 * the rest as {@link Double}. Immutable.
 *
 * <p>Names are kebab-case; a slash may group them ({@code evaluate/loss}). What stands behind a slash may be a title that a user gave,
 * in any language ({@code evaluation/retention/English texts}).
 */
public record MetricsRow(long step, Map<String, Number> values) {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(/[^/\\p{Cntrl}\\s]([^/\\p{Cntrl}]*[^/\\p{Cntrl}\\s])?)*");

    /** @throws IllegalArgumentException if the step is not positive or a name is not kebab-case */
    public MetricsRow {
        if (step < 1) {
            throw new IllegalArgumentException("step (%d) must be 1 or more".formatted(step));
        }
        Map<String, Number> kept = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || name.equals("step")) {
                throw new IllegalArgumentException(
                        "metric name (%s) must be kebab-case, such as grad-norm, and not step".formatted(name));
            }
            kept.put(name, isWhole(value) ? (Number) value.longValue() : (Number) value.doubleValue());
        });
        values = Collections.unmodifiableMap(kept);
    }

    /** The number called {@code name}; NaN where this step has none. */
    public double value(String name) {
        Number value = values.get(name);
        return value == null ? Double.NaN : value.doubleValue();
    }

    private static boolean isWhole(Number value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }
}
