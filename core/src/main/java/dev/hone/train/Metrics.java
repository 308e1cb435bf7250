package dev.hone.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The loss of an objective on some batches and its other measures, as means but for a few.
 *
 * @param measures by name, in the objective's order
 * @param largest the names of those that are not means, of which the largest counts
 */
public record Metrics(double loss, Map<String, Double> measures, Set<String> largest) {
    static final Metrics NOTHING = new Metrics(0, Map.of(), Set.of());

    public Metrics {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
        largest = Set.copyOf(largest);
    }

    /** The same with other measures beside it. */
    Metrics with(Map<String, Double> others) {
        Map<String, Double> all = new LinkedHashMap<>(measures);
        all.putAll(others);
        return new Metrics(loss, all, largest);
    }

    /** Two parts of one step, put together. */
    Metrics plus(Metrics other) {
        Set<String> names = new LinkedHashSet<>(largest);
        names.addAll(other.largest);
        Map<String, Double> sums = new LinkedHashMap<>(measures);
        other.measures.forEach(
                (name, value) -> sums.merge(name, value, names.contains(name) ? Math::max : Double::sum));
        return new Metrics(loss + other.loss, sums, names);
    }
}
