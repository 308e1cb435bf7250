package dev.hone.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loss of an objective on some batches and its other measures, all as means.
 *
 * @param measures by name, in the objective's order
 */
public record Metrics(double loss, Map<String, Double> measures) {
    static final Metrics NOTHING = new Metrics(0, Map.of());

    public Metrics {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** Two parts of one mean, added. */
    Metrics plus(Metrics other) {
        Map<String, Double> sums = new LinkedHashMap<>(measures);
        other.measures.forEach((name, value) -> sums.merge(name, value, Double::sum));
        return new Metrics(loss + other.loss, sums);
    }
}
