package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.row.JsonlFile;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.recipes.sample.RewardChoice;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import dev.hone.rollout.Reward;
import dev.hone.train.Validation.Direction;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy: tasks are answered greedily, and the share of right answers counts. Rows are those of {@code ./hone sample}.
 *
 * @param answer the column with the right answer
 * @param maxTokens a longer answer is cut and scored as it stands
 * @param purpose what it tells about the model
 */
public record Cases(
        Path path,
        @Nullable String name,
        @Default("exact") RewardChoice reward,
        @Default("answer") String answer,
        @Default("256") int maxTokens,
        @Default("auto") String template,
        @Default("ability") Purpose purpose)
        implements EvaluationTask {
    public Cases {
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        requireAtMost("maxTokens", maxTokens, 1 << 24);
    }

    @FromScalar
    public static Cases of(Path path) {
        return new Cases(path, null, RewardChoice.of("exact"), "answer", 256, "auto", Purpose.ABILITY);
    }

    @Override
    public String kind() {
        return "cases";
    }

    @Override
    public Optional<EvaluationResult> evaluate(LoadedModel model, RunObserver observer) {
        try (Reward scorer = reward.open(answer)) {
            RejectionSampling sampled = RejectionSampling.draw(
                    model, path, scorer, RejectionSampling.SamplePlan.greedy(maxTokens), observer);
            int answered = sampled.samples().size();
            boolean all = answered == JsonlFile.open(path).rows();
            return all ? Optional.of(new Accuracy(sampled.right(), answered)) : Optional.empty();
        }
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return json.has("right")
                ? Optional.of(new Accuracy(
                        json.path("right").asLong(), json.path("total").asLong()))
                : Optional.empty();
    }

    /** Right answers among all. */
    record Accuracy(long right, long total) implements EvaluationResult {
        private double percent() {
            return 100.0 * right / Math.max(1, total);
        }

        private double changeFrom(EvaluationResult before) {
            return percent() - ((Accuracy) before).percent();
        }

        @Override
        public Measure measure() {
            return new Measure(percent() / 100, Intervals.wilson(right, total), Direction.HIGHER_IS_BETTER);
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
}
