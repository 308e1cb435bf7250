package dev.hone.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a validation found.
 *
 * @param name of the validation
 * @param value by which the best weights are chosen
 * @param measures what else was measured, by name, in order
 */
public record ValidationResult(String name, double value, Map<String, Double> measures) {
    public ValidationResult {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** This result with another beside it, which is only reported: its value by its name, its own measures below that. */
    ValidationResult beside(ValidationResult other) {
        Map<String, Double> all = new LinkedHashMap<>(measures);
        all.put(other.name, other.value);
        other.measures.forEach((measure, found) -> all.put(other.name + "/" + measure, found));
        return new ValidationResult(name, value, all);
    }
}
