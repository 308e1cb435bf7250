package dev.hone.recipes.evaluate;

import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates models on tasks. */
public final class Evaluation {
    private Evaluation() {}

    /** The result of a task for a model on disk; empty if the observer asks to stop first. */
    public static Optional<EvaluationResult> of(
            ModelPaths model, EvaluationTask task, DType compute, RunObserver observer) {
        return of(model, task, compute, null, observer);
    }

    /**
     * The same with its rows' results in a file, from which an evaluation that was interrupted resumes.
     *
     * @param cases null: kept nowhere
     */
    public static Optional<EvaluationResult> of(
            ModelPaths model, EvaluationTask task, DType compute, @Nullable Path cases, RunObserver observer) {
        try (LoadedModel loaded = open(model, task.template(), compute, observer)) {
            return of(task, loaded, cases, observer);
        }
    }

    static LoadedModel open(ModelPaths model, String template, DType compute, RunObserver observer) {
        RunObserver warned =
                template.equals("auto") ? observer : RunObserver.none(); // a template that is named is meant
        return ModelLoading.open(model, ComputeChoice.of(compute), template, warned);
    }

    /** The result of a task for a model in memory. */
    static Optional<EvaluationResult> of(
            EvaluationTask task, LoadedModel model, @Nullable Path file, RunObserver observer) {
        try (CaseSource cases = task.open(model)) {
            CaseLog log = file == null ? CaseLog.inMemory() : CaseLog.resume(file, cases.wave(), cases.count());
            Tally tally = new Tally();
            log.results().forEach(tally::add);
            try (RunObserver.Work work = observer.begin(cases.activity() + " " + task.title(), "tok", cases.count(), log.size())) {
                while (log.size() < cases.count()) {
                    int to = Math.min(cases.count(), log.size() + cases.wave());
                    Optional<List<CaseResult>> wave =
                            observer.getAsBoolean() ? Optional.empty() : cases.answer(log.size(), to, observer);
                    if (wave.isEmpty()) {
                        return Optional.empty();
                    }
                    log.add(wave.get());
                    wave.get().forEach(tally::add);
                    work.report(log.size(), cases.tokens(), tally.shown());
                }
            }
            return Optional.of(task.result(log.results()));
        }
    }

    /** How it stands, for the progress line. */
    private static final class Tally {
        private long right;
        private double score;
        private double weight;
        private boolean judged;

        void add(CaseResult result) {
            judged |= result.right() != null;
            right += Objects.equals(result.right(), true) ? 1 : 0;
            score += result.weight() * result.score();
            weight += result.weight();
        }

        String shown() {
            return judged
                    ? String.format(Locale.ROOT, "%,d right", right)
                    : String.format(Locale.ROOT, "mean %.3f", weight == 0 ? 0 : score / weight);
        }
    }
}
