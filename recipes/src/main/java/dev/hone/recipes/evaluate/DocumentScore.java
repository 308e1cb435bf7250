package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import dev.hone.train.Validation.Direction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How questions were answered under one condition.
 *
 * @param rows questions that were asked
 * @param exact answers that are right ones
 * @param f1 the mean F1 of all answers
 * @param f1Interval its 95 % interval, by a bootstrap over the questions
 * @param cited replies whose quotations all stand in the oracle
 * @param refused replies that say there is no answer
 * @param refusing whether refusals are what counts: the documents do not answer
 */
record DocumentScore(long rows, long exact, double f1, Interval f1Interval, long cited, long refused, boolean refusing)
        implements EvaluationResult {
    private static final long SEED = 16;

    /** What the cases come down to, whose details have the {@link DocumentMeasure}s of each. */
    static DocumentScore of(List<CaseResult> cases, boolean refusing) {
        double[] f1 = cases.stream()
                .mapToDouble(
                        one -> one.details().path(DocumentMeasure.F1.word()).asDouble())
                .toArray();
        double[] weights = new double[f1.length];
        Arrays.fill(weights, 1);
        return new DocumentScore(
                cases.size(),
                count(cases, DocumentMeasure.EXACT),
                Arrays.stream(f1).average().orElse(0),
                Intervals.bootstrap(f1, weights, SEED),
                count(cases, DocumentMeasure.CITED),
                count(cases, DocumentMeasure.REFUSED),
                refusing);
    }

    private static long count(List<CaseResult> cases, DocumentMeasure measure) {
        return cases.stream()
                .filter(one -> one.details().path(measure.word()).asBoolean())
                .count();
    }

    private long counted() {
        return refusing ? refused : exact;
    }

    private double percent() {
        return 100.0 * counted() / Math.max(1, rows);
    }

    private double share(long count) {
        return 100.0 * count / Math.max(1, rows);
    }

    private double changeFrom(EvaluationResult before) {
        return percent() - ((DocumentScore) before).percent();
    }

    @Override
    public Measure measure() {
        return share(refusing ? DocumentMeasure.REFUSED : DocumentMeasure.EXACT);
    }

    @Override
    public Measure measure(String name) {
        return name.isEmpty() ? measure() : share(DocumentMeasure.valueOf(name.toUpperCase(Locale.ROOT)));
    }

    private Measure share(DocumentMeasure measure) {
        return switch (measure) {
            case EXACT -> share(exact, rows);
            case F1 -> new Measure(f1, f1Interval, Direction.HIGHER_IS_BETTER);
            case CITED -> share(cited, rows);
            case REFUSED -> share(refused, rows);
        };
    }

    private static Measure share(long count, long rows) {
        return new Measure(
                (double) count / Math.max(1, rows), Intervals.wilson(count, rows), Direction.HIGHER_IS_BETTER);
    }

    @Override
    public ObjectNode json() {
        Interval interval = Intervals.wilson(counted(), rows);
        return JsonNodeFactory.instance
                .objectNode()
                .put("rows", rows)
                .put("exact", exact)
                .put("f1", f1)
                .put("f1-low", f1Interval.low())
                .put("f1-high", f1Interval.high())
                .put("cited", cited)
                .put("refused", refused)
                .put("counts", refusing ? "refused" : "exact")
                .put("low", interval.low())
                .put("high", interval.high());
    }

    static Optional<EvaluationResult> read(JsonNode json) {
        return json.has("cited")
                ? Optional.of(new DocumentScore(
                        json.path("rows").asLong(),
                        json.path("exact").asLong(),
                        json.path("f1").asDouble(),
                        new Interval(
                                json.path("f1-low").asDouble(0),
                                json.path("f1-high").asDouble(1)), // earlier results do not say
                        json.path("cited").asLong(),
                        json.path("refused").asLong(),
                        json.path("counts").asText().equals("refused")))
                : Optional.empty();
    }

    @Override
    public Cell cell(@Nullable EvaluationResult before) {
        Cell share = Cell.share(counted(), rows);
        String others = refusing
                ? String.format(Locale.ROOT, "right %.0f", share(exact))
                : String.format(Locale.ROOT, "F1 %.0f, cited %.0f", 100 * f1, share(cited));
        Cell noted = share.noted(share.note() + "  " + others);
        if (before == null) {
            return noted;
        }
        double change = changeFrom(before);
        return noted.noted(noted.note() + String.format(Locale.ROOT, "  %+.1f", change))
                .toned(change > 0 ? Tone.GOOD : change < 0 ? Tone.BAD : Tone.PLAIN);
    }

    @Override
    public String sentence(@Nullable EvaluationResult before) {
        String now = String.format(
                Locale.ROOT,
                refusing
                        ? "%.1f %% of %d refused (95 %%: %s); %.1f %% answered right all the same"
                        : "%.1f %% of %d right (95 %%: %s), F1 %.1f %%, %.1f %% with quotations from the right document",
                refusing
                        ? new Object[] {
                            percent(), rows, Intervals.wilson(refused, rows).percent(), share(exact)
                        }
                        : new Object[] {
                            percent(), rows, Intervals.wilson(exact, rows).percent(), 100 * f1, share(cited)
                        });
        return before == null ? now : String.format(Locale.ROOT, "%s, %+.1f points", now, changeFrom(before));
    }
}
