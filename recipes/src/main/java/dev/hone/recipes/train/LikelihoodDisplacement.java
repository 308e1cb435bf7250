package dev.hone.recipes.train;

import dev.hone.train.Metrics;
import dev.hone.train.Progress;
import dev.hone.train.StepReport;
import dev.hone.train.TrainingListener;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches how likely a policy finds chosen and rejected answers. A preference can be learned by making both unlikely, the
 * rejected ones more so; the loss does not show it.
 */
final class LikelihoodDisplacement implements TrainingListener {
    private static final String CHOSEN = "logps/chosen";
    private static final String REJECTED = "logps/rejected";

    private @Nullable Metrics firstStep;
    private @Nullable Metrics lastStep;
    private @Nullable Metrics firstHeldOut;
    private @Nullable Metrics lastHeldOut;

    @Override
    public void stepped(StepReport report) {
        lastStep = report.measurement();
        firstStep = firstStep == null ? lastStep : firstStep;
    }

    @Override
    public void evaluated(Progress progress, Metrics heldOut) {
        lastHeldOut = heldOut;
        firstHeldOut = firstHeldOut == null ? heldOut : firstHeldOut;
    }

    /** What became of both sides, on held-out rows if there are any; empty where no pairs were learned. */
    Optional<String> verdict() {
        Metrics first = firstHeldOut == null || firstHeldOut == lastHeldOut ? firstStep : firstHeldOut;
        Metrics last = first == firstStep ? lastStep : lastHeldOut;
        if (first == null || last == null || !last.measures().containsKey(CHOSEN)) {
            return Optional.empty();
        }
        double chosen = change(first, last, CHOSEN);
        double rejected = change(first, last, REJECTED);
        String change = String.format(
                Locale.ROOT, "log-probability of chosen answers %+.2f, of rejected ones %+.2f", chosen, rejected);
        return Optional.of(
                chosen < 0 && rejected < 0
                        ? change
                                + ": both fell. The model prefers the chosen answers and yet became less likely to give"
                                + " them; a likelihood term (dpo.likelihood), a smaller rate or a higher beta holds them up"
                        : change);
    }

    private static double change(Metrics first, Metrics last, String name) {
        return last.measures().getOrDefault(name, 0.0) - first.measures().getOrDefault(name, 0.0);
    }
}
