package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a measure found of a model. */
public sealed interface EvaluationResult {
    /** As it stands in {@code pipeline.json}. */
    ObjectNode json();

    /** As it stands in a table, with its change from an earlier finding of the same measure. */
    Cell cell(@Nullable EvaluationResult before);

    /** In words, with what it was before. */
    String sentence(@Nullable EvaluationResult before);

    /** The way back from {@link #json}. */
    static EvaluationResult of(JsonNode json) {
        return json.has("right")
                ? new Accuracy(json.path("right").asLong(), json.path("total").asLong())
                : new Perplexity(
                        json.path("loss").asDouble(), json.path("tokens").asLong());
    }

    /** So many of so many right. */
    record Accuracy(long right, long total) implements EvaluationResult {
        private double percent() {
            return 100.0 * right / Math.max(1, total);
        }

        private double changeFrom(EvaluationResult before) {
            return percent() - ((Accuracy) before).percent();
        }

        @Override
        public ObjectNode json() {
            Interval interval = Intervals.wilson(right, total);
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("right", right)
                    .put("total", total)
                    .put("accuracy", percent() / 100)
                    .put("low", interval.low())
                    .put("high", interval.high());
        }

        @Override
        public Cell cell(@Nullable EvaluationResult before) {
            Cell share = Cell.share(right, total);
            if (before == null) {
                return share;
            }
            double change = changeFrom(before);
            return share.noted(share.note() + String.format(Locale.ROOT, "  %+.1f", change))
                    .toned(change > 0 ? Tone.GOOD : change < 0 ? Tone.BAD : Tone.PLAIN);
        }

        @Override
        public String sentence(@Nullable EvaluationResult before) {
            String now = String.format(
                    Locale.ROOT,
                    "%.1f %% of %d right (95 %%: %s)",
                    percent(),
                    total,
                    Intervals.wilson(right, total).percent());
            return before == null ? now : String.format(Locale.ROOT, "%s, %+.1f points", now, changeFrom(before));
        }
    }

    /** The mean negative log-probability of a token, in nats; its exponential is the perplexity. */
    record Perplexity(double loss, long tokens) implements EvaluationResult {
        private double perplexity() {
            return Math.exp(loss);
        }

        @Override
        public ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("loss", loss)
                    .put("perplexity", perplexity())
                    .put("tokens", tokens);
        }

        @Override
        public Cell cell(@Nullable EvaluationResult before) {
            Cell value = Cell.number(loss, 3);
            if (before == null) {
                return value;
            }
            double change = loss - ((Perplexity) before).loss;
            return value.noted(String.format(Locale.ROOT, "%+.3f", change))
                    .toned(change < 0 ? Tone.GOOD : change > 0 ? Tone.BAD : Tone.PLAIN);
        }

        @Override
        public String sentence(@Nullable EvaluationResult before) {
            String now = String.format(Locale.ROOT, "loss %.3f (perplexity %.2f)", loss, perplexity());
            return before instanceof Perplexity earlier
                    ? String.format(Locale.ROOT, "%s, %+.3f", now, loss - earlier.loss)
                    : now;
        }
    }
}
