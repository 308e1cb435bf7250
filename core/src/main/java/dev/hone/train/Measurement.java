package dev.hone.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an objective makes of some batches: its loss, and what else it measures, both as means.
 *
 * @param measures by name, in the objective's order
 */
public record Measurement(double loss, Map<String, Double> measures) {
    static final Measurement NOTHING = new Measurement(0, Map.of());

    public Measurement {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** Two parts of one mean, added. */
    Measurement plus(Measurement other) {
        Map<String, Double> sums = new LinkedHashMap<>(measures);
        other.measures.forEach((name, value) -> sums.merge(name, value, Double::sum));
        return new Measurement(loss + other.loss, sums);
    }
}
