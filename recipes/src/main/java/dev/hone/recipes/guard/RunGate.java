package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * A limit on a number of a run's weights, and the number. One that is not finite does not hold.
 *
 * @param kind what it guards against
 * @param measure what was measured
 * @param value what was found, in the unit of the limit
 * @param atMost the limit
 * @param sentence both in words
 */
public record RunGate(GateKind kind, String measure, double value, double atMost, String sentence) {
    /** What a gate guards against. */
    public enum GateKind {
        FORGETTING,
        SPILL_OVER,
        OVERFITTING,
        /** Weights as they were before the first step. */
        NOTHING_LEARNED
    }

    /** Whether the limit is kept. */
    public boolean holds() {
        return value <= atMost;
    }

    /** The inverse of {@link #json}. */
    static RunGate read(JsonNode json) {
        return new RunGate(
                GateKind.valueOf(
                        json.path("gate").asText().toUpperCase(Locale.ROOT).replace('-', '_')),
                json.path("measure").asText(),
                json.path("value").asDouble(Double.NaN),
                json.path("at-most").asDouble(),
                json.path("sentence").asText());
    }

    /** As it stands in {@code gates.json}. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("gate", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("measure", measure);
        if (Double.isFinite(value)) {
            json.put("value", value);
        } else {
            json.putNull("value");
        }
        return json.put("at-most", atMost).put("holds", holds()).put("sentence", sentence);
    }
}
