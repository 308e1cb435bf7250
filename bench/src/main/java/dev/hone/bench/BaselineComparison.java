package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Results of the same workload, hone's and a baseline's, measured in turn. */
record BaselineComparison(String workload, List<JsonNode> ours, List<JsonNode> theirs) {
    /** The first loss is that of the same weights on the same rows; it may differ by rounding to bf16. */
    private static final double SAME_LOSS = 5e-3;

    /** The baseline's count is derived from a rate and from seconds, both rounded. */
    private static final double SAME_TOKENS = 5e-3;

    /**
     * Medians and their ratios, hone's over the baseline's: of rates, memory and start-up time.
     *
     * @throws ConfigurationException where first losses or token counts differ, so the rows were not the same
     */
    ObjectNode json() {
        requireSameRows();
        double our = median(
                ours,
                line -> line.path(
                                switch (workload) {
                                    case "decode" -> "tokens_s_batch_16";
                                    case "grpo", "grpo-packed" -> "completion_tokens_s";
                                    default -> "tokens_s";
                                })
                        .asDouble());
        double their = median(theirs, line -> Baseline.rate(workload, line));
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("what", workload + "-compared")
                .put("tokens_s", rounded(our))
                .put("baseline_tokens_s", rounded(their))
                .put("ratio", rounded(our / their));
        put(json, "rollouts", "rollout_tokens_s", "rollout_tok_s");
        put(json, "peak", "peak_mb", "peak_rss_mb");
        put(json, "ready", "ready_s", "ready_s");
        ArrayNode lines = json.putArray("lines");
        ours.forEach(lines::add);
        theirs.forEach(lines::add);
        return json;
    }

    private void put(ObjectNode json, String what, String own, String other) {
        if (theirs.get(0).has(other)) {
            json.put(
                    what + "_ratio",
                    rounded(median(ours, l -> l.path(own).asDouble())
                            / median(theirs, l -> l.path(other).asDouble())));
        }
    }

    private void requireSameRows() {
        if (!Baseline.hasSameRows(workload)) {
            return;
        }
        requireSame(
                "first loss",
                ours.get(0).path("losses").path(0),
                theirs.get(0).path("losses").path(0),
                SAME_LOSS);
        JsonNode tokens = ours.get(0).path(workload.equals("dpo") ? "pair_tokens" : "tokens");
        requireSame("number of tokens", tokens, Baseline.tokens(workload, theirs.get(0)), SAME_TOKENS);
    }

    private void requireSame(String what, JsonNode own, JsonNode other, double tolerance) {
        if (own.isNumber()
                && other.isNumber()
                && Math.abs(own.asDouble() - other.asDouble()) > tolerance * Math.abs(own.asDouble())) {
            throw new ConfigurationException(workload + ": the " + what + " is " + own + " here and " + other
                    + " there, so the rows are not the same; nothing was compared");
        }
    }

    private static double median(List<JsonNode> lines, ToDoubleFunction<JsonNode> figure) {
        double[] sorted = lines.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double rounded(double value) {
        return Math.rint(100 * value) / 100;
    }
}
