package dev.hone.recipes.guard;

import dev.hone.data.row.JsonlFile;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.guard.RunGate.GateKind;
import dev.hone.recipes.settings.Percent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The gates of a run's guards, for what was measured of some of its weights. */
record RunGates(GuardSettings guards, GuardMeasures before) {
    /** Each gate that the guards set. */
    List<RunGate> of(GuardMeasures now) {
        List<RunGate> gates = new ArrayList<>();
        for (EvaluationTask task : guards.retained()) {
            guards.budget(task).ifPresent(budget -> gates.add(forgetting(task, budget, now)));
        }
        GuardSettings.SpillOver spill = guards.spillOver();
        if (spill != null) {
            gates.add(spillOver(spill, now));
        }
        GuardSettings.OverfittingSettings fit = guards.overfitting();
        Double gapAtMost = fit == null ? null : fit.gapAtMost();
        if (gapAtMost != null) {
            double gap = now.gap();
            String sentence = String.format(
                    Locale.ROOT, "held-out loss %.4f above that of trained rows, at most %s", gap, gapAtMost);
            gates.add(new RunGate(GateKind.OVERFITTING, GuardMeasures.GAP, gap, gapAtMost, sentence));
        }
        return gates;
    }

    private RunGate forgetting(EvaluationTask task, Percent budget, GuardMeasures now) {
        String name = GuardMeasures.RETENTION + task.title();
        double lost = now.value(name + "/" + MeasuredTask.LOST);
        String sentence = String.format(
                Locale.ROOT,
                "%s %s, before the run %s: %s, at most %s",
                task.title(),
                now.number(name),
                before.number(name),
                lost >= 0
                        ? String.format(Locale.ROOT, "%.2f %% lost", 100 * lost)
                        : String.format(Locale.ROOT, "%.2f %% gained", -100 * lost),
                budget);
        return new RunGate(GateKind.FORGETTING, task.title(), lost, budget.share(), sentence);
    }

    private RunGate spillOver(GuardSettings.SpillOver spill, GuardMeasures now) {
        double grown = now.value(GuardMeasures.SPILL_OVER) - before.value(GuardMeasures.SPILL_OVER);
        String sentence = String.format(
                Locale.ROOT,
                "%s of the replies to unrelated prompts meet %s, before the run %s: at most %s more",
                now.percent(GuardMeasures.SPILL_OVER),
                spill.reward().name(),
                before.percent(GuardMeasures.SPILL_OVER),
                spill.atMost());
        return new RunGate(
                GateKind.SPILL_OVER, "spill-over", grown, spill.atMost().share(), sentence);
    }

    /** Warnings of measures that are too coarse for their budget, or have nothing to lose. */
    List<String> coarse() {
        List<String> warnings = new ArrayList<>();
        for (EvaluationTask task : guards.retained()) {
            Optional<Percent> budget = guards.budget(task);
            double value = before.value(GuardMeasures.RETENTION + task.title());
            if (budget.isPresent() && value == 0) {
                warnings.add("warning: " + task.title() + " is 0 before the run, so that nothing of it can be lost");
            } else if (budget.isPresent() && before.hasInterval(GuardMeasures.RETENTION + task.title())) {
                int rows = JsonlFile.open(task.path()).rows();
                double one = 1 / (rows * value);
                if (one > budget.get().share()) {
                    warnings.add(String.format(
                            Locale.ROOT,
                            "warning: a single case of %s is %.1f %% of what is right before the run, more than its budget"
                                    + " of %s; more cases measure finer",
                            task.title(),
                            100 * one,
                            budget.get()));
                }
            }
        }
        return warnings;
    }
}
