package dev.hone.recipes.train;

import dev.hone.data.loader.StepBatches;
import dev.hone.objective.NextToken;
import dev.hone.train.HeldOutLoss;
import dev.hone.train.Policy;
import dev.hone.train.Progress;
import dev.hone.train.Validation;
import dev.hone.train.ValidationResult;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The loss of held-out replayed rows: where it grows, the model forgets. Reports nothing where none are held out. */
final class Forgetting implements RunReport {
    /** What the loss is called among the measures of an evaluation. */
    private static final String MEASURE = "replay";

    private final Baseline before;
    private final Map<Long, Double> bySteps = new HashMap<>();
    private @Nullable Double now;

    Forgetting(Baseline before) {
        this.before = before;
    }

    /** Measures it whenever the run is validated; empty where no rows are held out. */
    static Optional<Validation> validation(Policy policy, StepBatches heldOut) {
        return heldOut.batches().isEmpty()
                ? Optional.empty()
                : Optional.of(new HeldOutLoss(MEASURE, policy, new NextToken(), heldOut));
    }

    @Override
    public void evaluated(Progress progress, ValidationResult heldOut) {
        now = heldOut.measures().get(MEASURE);
        if (now != null) {
            bySteps.put(progress.step(), now);
        }
    }

    @Override
    public void rolledBack(Progress progress) {
        now = bySteps.get(progress.step());
    }

    @Override
    public List<String> verdict() {
        Double last = now;
        if (last == null) {
            return List.of();
        }
        double first = before.value("evaluation/" + MEASURE);
        return List.of(
                Double.isNaN(first)
                        ? String.format(Locale.ROOT, "held-out replay: loss %.4f", last)
                        : String.format(Locale.ROOT, "held-out replay: loss %.4f, before the run %.4f", last, first));
    }
}
