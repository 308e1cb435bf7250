package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.row.JsonlFile;
import dev.hone.generate.LoadedModel;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import dev.hone.train.Validation.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loss on texts, whose rise shows forgetting: over all tokens of all texts together; of a prompt and its completion, the
 * completion's. Rows are those of {@code ./hone score}.
 *
 * @param gate what its result has to meet
 */
public record TextLoss(
        Path path,
        @Nullable String name,
        @Default("retention") Purpose purpose,
        @Nullable Gate gate) implements RowTask {
    private static final long SEED = 16;

    @FromScalar
    public static TextLoss of(Path path) {
        return new TextLoss(path, null, Purpose.RETENTION, null);
    }

    @Override
    public String kind() {
        return "texts";
    }

    @Override
    public String identity() {
        return new TextLoss(path, name, purpose, null).toString();
    }

    @Override
    public String unit() {
        return " (loss)";
    }

    @Override
    public CaseSource open(LoadedModel model) {
        return new Texts(JsonlFile.open(path), model);
    }

    /** The texts of a file beside a model. */
    private static final class Texts implements CaseSource {
        private static final int SHOWN = 200;

        private final JsonlFile file;
        private final LoadedModel model;
        private long tokens;

        Texts(JsonlFile file, LoadedModel model) {
            this.file = file;
            this.model = model;
        }

        @Override
        public String activity() {
            return "scoring";
        }

        @Override
        public int count() {
            return file.rows();
        }

        @Override
        public int wave() {
            return Scoring.WAVE;
        }

        @Override
        public long tokens() {
            return tokens;
        }

        @Override
        public Optional<List<CaseResult>> answer(int from, int to, BooleanSupplier stop) {
            List<TextScore> scores = Scoring.of(file, from, to, model, stop);
            if (scores.size() < to - from) {
                return Optional.empty();
            }
            List<CaseResult> results = new ArrayList<>();
            for (int i = 0; i < scores.size(); i++) {
                results.add(result(scores.get(i), from + i));
            }
            return Optional.of(results);
        }

        private CaseResult result(TextScore score, int row) {
            float[] each = score.logProbabilities();
            double sum = 0;
            for (int i = score.firstScored(); i < each.length; i++) {
                sum -= each[i];
            }
            int count = Math.max(0, each.length - score.firstScored());
            tokens += count;
            String text = model.tokenizer().decode(score.ids());
            int end = text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length())));
            return new CaseResult(
                    row,
                    file.place(row),
                    end < text.length() ? text.substring(0, end) + "…" : text,
                    "",
                    "",
                    null,
                    count == 0 ? 0 : sum / count,
                    count,
                    JsonNodeFactory.instance.objectNode());
        }
    }

    @Override
    public EvaluationResult result(List<CaseResult> cases) {
        double[] losses = cases.stream().mapToDouble(CaseResult::score).toArray();
        double[] tokens = cases.stream().mapToDouble(CaseResult::weight).toArray();
        double sum = 0;
        double count = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += tokens[i] * losses[i];
            count += tokens[i];
        }
        return count == 0
                ? new Perplexity(0, 0)
                : new Perplexity(sum / count, (long) count, Intervals.bootstrap(losses, tokens, SEED));
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        if (!json.has("loss")) {
            return Optional.empty();
        }
        double loss = json.path("loss").asDouble();
        return Optional.of(new Perplexity(
                loss,
                json.path("tokens").asLong(),
                new Interval(json.path("low").asDouble(loss), json.path("high").asDouble(loss))));
    }

    /**
     * The mean negative log-probability of a token, in nats; its exponential is the perplexity.
     *
     * @param interval 95 %, by drawing texts
     */
    public record Perplexity(double loss, long tokens, Interval interval) implements EvaluationResult {
        public Perplexity(double loss, long tokens) {
            this(loss, tokens, new Interval(loss, loss));
        }

        private double perplexity() {
            return Math.exp(loss);
        }

        @Override
        public Measure measure() {
            return new Measure(loss, interval, Direction.LOWER_IS_BETTER);
        }

        @Override
        public ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("loss", loss)
                    .put("perplexity", perplexity())
                    .put("low", interval.low())
                    .put("high", interval.high())
                    .put("tokens", tokens);
        }

        @Override
        public Cell cell(@Nullable EvaluationResult before) {
            String range = String.format(Locale.ROOT, "%.3f–%.3f", interval.low(), interval.high());
            Cell value = Cell.number(loss, 3).noted(range);
            if (before == null) {
                return value;
            }
            double change = loss - ((Perplexity) before).loss;
            return value.noted(range + String.format(Locale.ROOT, "  %+.3f", change))
                    .toned(change < 0 ? Tone.GOOD : change > 0 ? Tone.BAD : Tone.PLAIN);
        }

        @Override
        public String sentence(@Nullable EvaluationResult before) {
            String now = String.format(
                    Locale.ROOT,
                    "loss %.3f (95 %%: %.3f–%.3f; perplexity %.2f)",
                    loss,
                    interval.low(),
                    interval.high(),
                    perplexity());
            return before instanceof Perplexity earlier
                    ? String.format(Locale.ROOT, "%s, %+.3f", now, loss - earlier.loss)
                    : now;
        }
    }
}
