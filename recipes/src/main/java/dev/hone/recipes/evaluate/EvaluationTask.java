package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.Default;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.RunObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A measurement of a model on the rows of a file. Immutable; a new one is its own file, with its result, and a component of {@link
 * Group}.
 */
public interface EvaluationTask {
    /** Its file. */
    Path path();

    /** Other files that its result depends on. */
    default List<Path> files() {
        return List.of();
    }

    /** What it is called in a table; null for its file's name. */
    @Nullable
    String name();

    /** What it tells about the model. */
    Purpose purpose();

    /** Its kind, as {@code pipeline.json} names it. */
    String kind();

    /** What its result has to meet; null: nothing. */
    default @Nullable Gate gate() {
        return null;
    }

    /** The same by the numbers that have to meet it, where there are several. */
    default List<MeasureGate> gates() {
        Gate gate = gate();
        return gate == null ? List.of() : List.of(new MeasureGate("", gate));
    }

    /** A text that names everything that the result depends on beside the model and the files. */
    default String identity() {
        return toString();
    }

    /** What follows its title in the heading of a column; empty or a unit in parentheses. */
    default String unit() {
        return "";
    }

    /** The template that the model is opened with. */
    default String template() {
        return "auto";
    }

    /** The same task with solved examples before each question, where it asks for that measurement too. */
    default Optional<EvaluationTask> fewShotTask() {
        return Optional.empty();
    }

    /** Takes the measurement; empty if the observer asks to stop first. */
    Optional<EvaluationResult> evaluate(LoadedModel model, RunObserver observer);

    /**
     * The same with the results of its rows in a file, where the task has such: an evaluation that was interrupted resumes from them.
     *
     * @param cases null: they are kept nowhere
     */
    default Optional<EvaluationResult> evaluate(LoadedModel model, @Nullable Path cases, RunObserver observer) {
        return evaluate(model, observer);
    }

    /** The result that {@link EvaluationResult#json} was made of; empty if it is another kind's. */
    Optional<EvaluationResult> read(JsonNode json);

    /** What it is called in a table. */
    default String title() {
        String given = name();
        return given == null ? path().getFileName().toString().replaceFirst("\\.jsonl?$", "") : given;
    }

    /** The tasks that a file asks for; {@code evaluate} in a pipeline's file. */
    record Group(
            @Default("[]") List<Cases> cases,
            @Default("[]") List<Choices> choices,
            @Default("[]") List<DocumentAnswers.Sheet> raft,
            @Default("[]") List<TextLoss> texts) {
        public Group {
            cases = List.copyOf(cases);
            choices = List.copyOf(choices);
            raft = List.copyOf(raft);
            texts = List.copyOf(texts);
        }

        public static List<EvaluationTask> all(@Nullable Group group) {
            List<EvaluationTask> all = new ArrayList<>();
            if (group != null) {
                all.addAll(group.cases());
                all.addAll(group.choices());
                all.addAll(DocumentAnswers.Sheet.tasks(group.raft()));
                all.addAll(group.texts());
            }
            return List.copyOf(all);
        }
    }
}
