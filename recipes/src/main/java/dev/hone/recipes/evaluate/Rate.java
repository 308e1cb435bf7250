package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Interval;
import dev.hone.train.Validation.Direction;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A share or mean score of cases, with others of the same cases beside it. Immutable.
 *
 * @param name which one it is, as {@code beside} names the others
 * @param interval its 95 % interval
 * @param cases how many there are
 * @param beside other shares and scores, by their names
 */
public record Rate(String name, double value, Interval interval, long cases, Map<String, Double> beside)
        implements PercentResult {
    public Rate {
        beside = Map.copyOf(new LinkedHashMap<>(beside));
    }

    @Override
    public Measure measure() {
        return new Measure(value, interval, Direction.HIGHER_IS_BETTER);
    }

    @Override
    public String explained() {
        String others = new TreeMap<>(beside)
                .entrySet().stream()
                        .map(other ->
                                String.format(Locale.ROOT, ", %s %.1f %%", other.getKey(), 100 * other.getValue()))
                        .collect(Collectors.joining());
        return String.format(Locale.ROOT, "%s of %d (95 %%: %s)%s", name, cases, interval.percent(), others);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("rate", name)
                .put("value", value)
                .put("low", interval.low())
                .put("high", interval.high())
                .put("cases", cases);
        ObjectNode others = json.putObject("beside");
        new TreeMap<>(beside).forEach(others::put);
        return json;
    }

    /** The inverse of {@link #json}; empty if it is another kind's. */
    public static Optional<EvaluationResult> read(JsonNode json) {
        if (!json.has("rate")) {
            return Optional.empty();
        }
        Map<String, Double> beside = new LinkedHashMap<>();
        json.path("beside")
                .properties()
                .forEach(other -> beside.put(other.getKey(), other.getValue().asDouble()));
        Interval interval =
                new Interval(json.path("low").asDouble(), json.path("high").asDouble());
        return Optional.of(new Rate(
                json.path("rate").asText(),
                json.path("value").asDouble(),
                interval,
                json.path("cases").asLong(),
                beside));
    }
}
