package dev.hone.recipes.evaluate;

import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.RunObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task whose rows have results of their own, which are kept and compared. */
public interface RowTask extends EvaluationTask {
    /** Its rows beside a model, checked. */
    CaseSource open(LoadedModel model);

    /** What the results of all rows come down to. */
    EvaluationResult result(List<CaseResult> cases);

    @Override
    default Optional<EvaluationResult> evaluate(LoadedModel model, RunObserver observer) {
        return evaluate(model, null, observer);
    }

    @Override
    default Optional<EvaluationResult> evaluate(LoadedModel model, @Nullable Path file, RunObserver observer) {
        try (CaseSource cases = open(model)) {
            CaseLog log = file == null ? CaseLog.inMemory() : CaseLog.resume(file, cases.wave(), cases.count());
            Tally tally = new Tally();
            log.results().forEach(tally::add);
            try (RunObserver.Work work =
                    observer.begin(cases.activity() + " " + title(), "tok", cases.count(), log.size())) {
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
            return Optional.of(result(log.results()));
        }
    }

    /** How it stands, for the progress line. For use by one thread. */
    final class Tally {
        private long right;
        private double score;
        private double weight;
        private boolean judged;

        private Tally() {}

        private void add(CaseResult result) {
            judged |= result.right() != null;
            right += Objects.equals(result.right(), true) ? 1 : 0;
            score += result.weight() * result.score();
            weight += result.weight();
        }

        private String shown() {
            return judged
                    ? String.format(Locale.ROOT, "%,d right", right)
                    : String.format(Locale.ROOT, "mean %.3f", weight == 0 ? 0 : score / weight);
        }
    }
}
