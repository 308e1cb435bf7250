package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.generate.LoadedModel;
import dev.hone.report.Intervals;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Multiple choice by log-likelihood, as the lm-evaluation-harness defines it: of the choices that could follow a question the model takes
 * the one with the highest log-likelihood ({@code acc}), or with the highest log-likelihood per character ({@code acc_norm}).
 *
 * @param format what the rows look like
 * @param measure which of both its result comes down to; the other stands beside it
 * @param delimiter stands between a question and each choice, also in examples
 * @param examples solved rows before each question; of them only path, count, pick, seed, same and separator are read
 * @param gate what its result has to meet
 */
public record Choices(
        Path path,
        @Nullable String name,
        @Default("auto") ChoiceFormat format,
        @Default("acc") Measured measure,
        @Default("\" \"") String delimiter,
        @Nullable Examples examples,
        @Default("knowledge") Purpose purpose,
        @Nullable Gate gate)
        implements RowTask {
    /** What a choice is taken by. */
    public enum Measured {
        /** Log-likelihood. */
        ACC,
        /** Log-likelihood divided by the number of characters of the choice. */
        ACC_NORM;

        String label() {
            return this == ACC ? "acc" : "acc_norm";
        }
    }

    @FromScalar
    public static Choices of(Path path) {
        return new Choices(path, null, ChoiceFormat.AUTO, Measured.ACC, " ", null, Purpose.KNOWLEDGE, null);
    }

    @Override
    public String kind() {
        return "choices";
    }

    @Override
    public List<Path> files() {
        return examples == null ? List.of() : List.of(examples.path());
    }

    @Override
    public String identity() {
        return new Choices(path, name, format, measure, delimiter, examples, purpose, null).toString();
    }

    @Override
    public CaseSource open(LoadedModel model) {
        return new ScoredChoices(this, model);
    }

    @Override
    public EvaluationResult result(List<CaseResult> cases) {
        long right = right(cases, measure);
        Measured other = measure == Measured.ACC ? Measured.ACC_NORM : Measured.ACC;
        return new Rate(
                measure.label(),
                right / (double) cases.size(),
                Intervals.wilson(right, cases.size()),
                cases.size(),
                Map.of(other.label(), right(cases, other) / (double) cases.size()));
    }

    private static long right(List<CaseResult> cases, Measured by) {
        return cases.stream()
                .filter(one -> one.details().path(by.label()).asBoolean())
                .count();
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return Rate.read(json);
    }
}
