package dev.hone.recipes.evaluate;

import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import java.util.Optional;

/** Evaluates a model on disk. */
public final class Evaluation {
    private Evaluation() {}

    /** The result of a task for a model; empty if the observer asks to stop first. */
    public static Optional<EvaluationResult> of(
            ModelPaths model, EvaluationTask task, DType compute, RunObserver observer) {
        try (LoadedModel loaded = open(model, task.template(), compute, observer)) {
            return task.evaluate(loaded, observer);
        }
    }

    /** The model with a template, for several tasks; the caller closes it. */
    public static LoadedModel open(ModelPaths model, String template, DType compute, RunObserver observer) {
        RunObserver warned =
                template.equals("auto") ? observer : RunObserver.none(); // a template that is named is meant
        return ModelLoading.open(model, ComputeChoice.of(compute), template, warned);
    }
}
