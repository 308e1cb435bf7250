package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.row.JsonlFile;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Interval;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import dev.hone.train.Validation.Direction;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loss on texts, whose rise shows forgetting: over all tokens of all texts together; of a prompt and its completion, the
 * completion's. Rows are those of {@code ./hone score}.
 */
public record TextLoss(
        Path path,
        @Nullable String name,
        @Default("retention") Purpose purpose) implements EvaluationTask {
    @FromScalar
    public static TextLoss of(Path path) {
        return new TextLoss(path, null, Purpose.RETENTION);
    }

    @Override
    public String kind() {
        return "texts";
    }

    @Override
    public String unit() {
        return " (loss)";
    }

    @Override
    public Optional<EvaluationResult> evaluate(LoadedModel model, RunObserver observer) {
        JsonlFile texts = JsonlFile.open(path);
        double sum = 0;
        long tokens = 0;
        long rows = 0;
        try (RunObserver.Work work = observer.begin("scoring", "tok", texts.rows(), 0)) {
            for (Iterator<TextScore> scores = Scoring.of(texts, model).iterator(); scores.hasNext(); ) {
                if (observer.getAsBoolean()) {
                    return Optional.empty();
                }
                TextScore score = scores.next();
                float[] each = score.logProbabilities();
                for (int i = score.firstScored(); i < each.length; i++) {
                    sum -= each[i];
                    tokens++;
                }
                work.report(++rows, tokens, "");
            }
        }
        return Optional.of(new Perplexity(tokens == 0 ? 0 : sum / tokens, tokens));
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return json.has("loss")
                ? Optional.of(new Perplexity(
                        json.path("loss").asDouble(), json.path("tokens").asLong()))
                : Optional.empty();
    }

    /** The mean negative log-probability of a token, in nats; its exponential is the perplexity. */
    record Perplexity(double loss, long tokens) implements EvaluationResult {
        private double perplexity() {
            return Math.exp(loss);
        }

        @Override
        public Measure measure() {
            return new Measure(loss, new Interval(loss, loss), Direction.LOWER_IS_BETTER);
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
