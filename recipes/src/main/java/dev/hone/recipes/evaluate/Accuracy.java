package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.train.Validation.Direction;
import java.util.Locale;
import java.util.Optional;

/** Right answers among all. */
public record Accuracy(long right, long total) implements PercentResult {
    private double share() {
        return 100.0 * right / Math.max(1, total) / 100;
    }

    @Override
    public Measure measure() {
        return new Measure(share(), Intervals.wilson(right, total), Direction.HIGHER_IS_BETTER);
    }

    @Override
    public String explained() {
        return String.format(
                Locale.ROOT,
                "of %d right (95 %%: %s)",
                total,
                Intervals.wilson(right, total).percent());
    }

    @Override
    public ObjectNode json() {
        Interval interval = Intervals.wilson(right, total);
        return JsonNodeFactory.instance
                .objectNode()
                .put("right", right)
                .put("total", total)
                .put("accuracy", share())
                .put("low", interval.low())
                .put("high", interval.high());
    }

    /** The inverse of {@link #json}; empty if it is another kind's. */
    public static Optional<EvaluationResult> read(JsonNode json) {
        return json.has("right")
                ? Optional.of(new Accuracy(
                        json.path("right").asLong(), json.path("total").asLong()))
                : Optional.empty();
    }
}
