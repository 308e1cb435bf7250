package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.raft.Condition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers with documents: the questions of held-out rows of {@code ./hone raft}, asked under one condition, greedily.
 *
 * @param condition which documents stand before the question
 * @param maxTokens a longer reply is cut and scored as it stands
 * @param gates what its result has to meet
 */
public record DocumentAnswers(
        Path path, @Nullable String name, Condition condition, int maxTokens, String template, List<MeasureGate> gates)
        implements RowTask {
    public DocumentAnswers {
        gates = List.copyOf(gates);
    }

    /**
     * A gate on what is measured under a condition.
     *
     * @param condition as tables name it, {@code oracle + 4}; null: under each
     * @param measure null: what counts there, right answers or, where the documents do not answer, refusals
     */
    public record ConditionGate(
            @Nullable String condition,
            @Nullable DocumentMeasure measure,
            @Flattened Gate gate) {
        private boolean isFor(Condition other) {
            return condition == null || condition.equals(other.title());
        }

        private MeasureGate of() {
            return new MeasureGate(measure == null ? "" : measure.word(), gate);
        }
    }

    /**
     * The conditions that a file asks for; each is a task of its own.
     *
     * @param path held-out rows
     * @param name stands before the names of the conditions; null: nothing
     * @param distractors numbers of distractors beside the oracle
     * @param absent numbers of distractors without it
     * @param retrieved numbers of retrieved documents
     * @param closedBook whether to ask without documents too
     * @param gates what the results have to meet
     */
    public record Sheet(
            Path path,
            @Nullable String name,
            @Default("[0, 4]") List<Integer> distractors,
            @Default("4") List<Integer> absent,
            @Default("4") List<Integer> retrieved,
            @Default("true") boolean closedBook,
            @Default("192") int maxTokens,
            @Default("auto") String template,
            @Default("[]") List<ConditionGate> gates) {
        public Sheet {
            distractors = within("distractors", 0, distractors);
            absent = within("absent", 1, absent);
            retrieved = within("retrieved", 1, retrieved);
            require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
            requireAtMost("maxTokens", maxTokens, 1 << 24);
            gates = List.copyOf(gates);
            List<Condition> conditions = conditions(closedBook, distractors, retrieved, absent);
            for (ConditionGate gate : gates) {
                require(
                        conditions.stream().anyMatch(gate::isFor),
                        "gates: condition (%s) must be one that is measured: %s",
                        gate.condition(),
                        conditions.stream().map(Condition::title).collect(Collectors.joining("; ")));
            }
        }

        private static List<Integer> within(String key, int least, List<Integer> counts) {
            require(
                    counts.stream().allMatch(count -> count >= least && count <= Condition.MOST),
                    "%s (%s) must be from %d to %d documents, which is what held-out rows bring",
                    key,
                    counts,
                    least,
                    Condition.MOST);
            return List.copyOf(counts);
        }

        /** The tasks of all sheets, in their order. */
        static List<DocumentAnswers> tasks(List<Sheet> sheets) {
            return sheets.stream().flatMap(Sheet::tasks).toList();
        }

        private Stream<DocumentAnswers> tasks() {
            return conditions(closedBook, distractors, retrieved, absent).stream()
                    .map(condition -> new DocumentAnswers(
                            path,
                            name,
                            condition,
                            maxTokens,
                            template,
                            gates.stream()
                                    .filter(gate -> gate.isFor(condition))
                                    .map(ConditionGate::of)
                                    .toList()));
        }

        private static List<Condition> conditions(
                boolean closedBook, List<Integer> distractors, List<Integer> retrieved, List<Integer> absent) {
            List<Condition> conditions = new ArrayList<>();
            if (closedBook) {
                conditions.add(new Condition(Condition.Kind.CLOSED_BOOK, 0));
            }
            distractors.forEach(count -> conditions.add(new Condition(Condition.Kind.ORACLE, count)));
            retrieved.forEach(count -> conditions.add(new Condition(Condition.Kind.RETRIEVED, count)));
            absent.forEach(count -> conditions.add(new Condition(Condition.Kind.ABSENT, count)));
            return conditions;
        }
    }

    @Override
    public String kind() {
        return "raft";
    }

    @Override
    public Purpose purpose() {
        return condition.kind() == Condition.Kind.CLOSED_BOOK ? Purpose.KNOWLEDGE : Purpose.ABILITY;
    }

    @Override
    public String title() {
        return name == null ? condition.title() : name + ": " + condition.title();
    }

    /** Without its gates, which it does not depend on. */
    @Override
    public String identity() {
        return new DocumentAnswers(path, name, condition, maxTokens, template, List.of()).toString();
    }

    /** Whether refusals are what counts, as the documents do not answer. */
    boolean wantsRefusals() {
        return condition.kind() == Condition.Kind.ABSENT;
    }

    @Override
    public CaseSource open(LoadedModel model) {
        return new DocumentCases(this, model);
    }

    @Override
    public EvaluationResult result(List<CaseResult> cases) {
        return DocumentScore.of(cases, wantsRefusals());
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return DocumentScore.read(json);
    }
}
