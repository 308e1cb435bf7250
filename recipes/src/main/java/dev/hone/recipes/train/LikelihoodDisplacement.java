package dev.hone.recipes.train;

import dev.hone.train.Progress;
import dev.hone.train.StepReport;
import dev.hone.train.ValidationResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The change of the log-probabilities of chosen and rejected answers. A preference can be learned by making both unlikely, the
 * rejected ones more so; the loss does not show it.
 */
final class LikelihoodDisplacement implements RunReport {
    private static final String CHOSEN = "logps/chosen";
    private static final String REJECTED = "logps/rejected";

    private @Nullable Map<String, Double> firstStep;
    private @Nullable Map<String, Double> lastStep;
    private @Nullable Map<String, Double> firstHeldOut;
    private @Nullable Map<String, Double> lastHeldOut;

    @Override
    public void stepped(StepReport report) {
        lastStep = report.metrics().measures();
        firstStep = firstStep == null ? lastStep : firstStep;
    }

    @Override
    public void evaluated(Progress progress, ValidationResult heldOut) {
        lastHeldOut = heldOut.measures();
        firstHeldOut = firstHeldOut == null ? lastHeldOut : firstHeldOut;
    }

    /** The change of both sides, on held-out rows if there are any; nothing where no pairs were trained on. */
    @Override
    public List<String> verdict() {
        Map<String, Double> first = firstHeldOut == null || firstHeldOut == lastHeldOut ? firstStep : firstHeldOut;
        Map<String, Double> last = first == firstStep ? lastStep : lastHeldOut;
        if (first == null || last == null || !last.containsKey(CHOSEN)) {
            return List.of();
        }
        double chosen = change(first, last, CHOSEN);
        double rejected = change(first, last, REJECTED);
        String change = String.format(
                Locale.ROOT, "log-probability of chosen answers %+.2f, of rejected ones %+.2f", chosen, rejected);
        return List.of(
                chosen < 0 && rejected < 0
                        ? change
                                + ": both fell. The model prefers the chosen answers and yet became less likely to give"
                                + " them; a likelihood term (dpo.likelihood), a smaller rate or a higher beta holds them up"
                        : change);
    }

    private static double change(Map<String, Double> first, Map<String, Double> last, String name) {
        return last.getOrDefault(name, 0.0) - first.getOrDefault(name, 0.0);
    }
}
