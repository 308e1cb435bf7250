package dev.hone.recipes.guard;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.ReplayShare;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.error.CheckpointException;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.guard.GuardSettings.OnForgetting;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunObserver;
import dev.hone.train.Forecast;
import dev.hone.train.Guard;
import dev.hone.train.Progress;
import dev.hone.train.Trainer;
import dev.hone.train.ValidationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The guards of a run while it is trained: their measures are taken whenever it is validated, and what exceeds a budget has the
 * consequence that its file names. For use by one thread.
 */
public final class RunGuards implements Guard {
    private final GuardSettings settings;
    private final PreparedRun run;
    private final GuardFiles files;
    private final RunObserver observer;
    private final List<MeasuredTask> retained = new ArrayList<>();
    private final List<MeasuredTask> learned = new ArrayList<>();
    private final List<MeasuredTask> unrelated = new ArrayList<>();
    private @Nullable RunGates gates;

    private RunGuards(GuardSettings settings, PreparedRun run, GuardFiles files, RunObserver observer) {
        this.settings = settings;
        this.run = run;
        this.files = files;
        this.observer = observer;
        settings.retained().forEach(task -> retained.add(measured(GuardMeasures.RETENTION + task.title(), task)));
        settings.learned().forEach(task -> learned.add(measured(GuardMeasures.TASK + task.title(), task)));
        GuardSettings.SpillOver spill = settings.spillOver();
        if (spill != null) {
            unrelated.add(measured(GuardMeasures.SPILL_OVER, spill.replies()));
        }
    }

    /** The guards that a run's file asks for, if it does; before the policy is trained, and before a state is restored. */
    public static Optional<RunGuards> of(PreparedRun run, RunDirectory folder, RunObserver observer) {
        return GuardSettings.of(run.file())
                .map(settings -> new RunGuards(settings, run, GuardFiles.of(folder), observer));
    }

    private MeasuredTask measured(String name, EvaluationTask task) {
        return new MeasuredTask(name, task, run.policy());
    }

    /** Lets a trainer take the measures and follow the verdicts; before it restores a state. */
    public void install(Trainer trainer) {
        StepBatches heldOut = run.data().heldOut();
        trainer.guardedBy(this);
        if (!learned.isEmpty()) {
            trainer.validateBy(learned.get(0));
            learned.stream().skip(1).forEach(trainer::alsoReporting);
            if (!heldOut.batches().isEmpty()) {
                trainer.alsoReporting("loss", heldOut);
            }
        }
        retained.forEach(trainer::alsoReporting);
        unrelated.forEach(trainer::alsoReporting);
        GuardSettings.OverfittingSettings fit = settings.overfitting();
        if (fit != null) {
            trainer.alsoReporting(GuardMeasures.TRAINED, trainedRows(fit.rows()));
        }
        GuardSettings.ForecastSettings forecast = settings.forecast();
        if (forecast != null) {
            BaseCompletions texts = BaseCompletions.of(run, forecast, files.completions(), observer);
            int tokens = run.file().training().batch().tokensPerBatch();
            trainer.alsoReporting(new Forecast(run.policy().policy(), texts.batches(tokens)));
        }
        ReplayShare share = run.data().replayShare();
        if (share != null && settings.onForgetting() == OnForgetting.RAISE_REPLAY) {
            trainer.alsoSaving(share);
        }
    }

    /** The first rows that are trained on, each alone. */
    private StepBatches trainedRows(int count) {
        OfflineSource loader = run.data().loader();
        List<StepRow> rows = new ArrayList<>();
        for (long step = 0; step < loader.steps() && rows.size() < count; step++) {
            loader.rows(step).stream()
                    .filter(row -> !row.batch().has(Annotation.REPLAY))
                    .limit(count - rows.size())
                    .forEach(rows::add);
        }
        List<Batch> batches = rows.stream().map(StepRow::batch).toList();
        return new StepBatches(batches, () -> rows);
    }

    /**
     * Counts what is lost from what was measured before the first step.
     *
     * @param before by the names in {@code metrics.jsonl}
     */
    public void begin(Map<String, Double> before, Trainer trainer) {
        GuardMeasures first = new GuardMeasures(before);
        for (MeasuredTask task : all()) {
            double value = first.value(task.name());
            if (Double.isNaN(value)) {
                throw new CheckpointException(files.baseline()
                        + ": has no " + task.name()
                        + ", from which what the run loses is counted; put the file back as it"
                        + " was, or delete the run's folder to begin again");
            }
            task.countFrom(value);
        }
        RunGates all = new RunGates(settings, first);
        gates = all;
        files.keepFirings(rounds(), trainer.progress().step(), trainer.isEndedByGuard());
        if (trainer.progress().step() == 0) {
            announce(all);
        }
    }

    private List<MeasuredTask> all() {
        List<MeasuredTask> all = new ArrayList<>(retained);
        all.addAll(learned);
        all.addAll(unrelated);
        return all;
    }

    private void announce(RunGates all) {
        if (all().isEmpty()) {
            return;
        }
        observer.say("guards: before the first step "
                + all().stream()
                        .map(task -> task.name() + " " + all.before().number(task.name()))
                        .collect(Collectors.joining(", ")));
        all.coarse().forEach(observer::say);
    }

    private int rounds() {
        ReplayShare share = run.data().replayShare();
        return share == null ? 0 : share.raised();
    }

    private RunGates gates() {
        RunGates known = gates;
        if (known == null) {
            throw new IllegalStateException("a guard judges after begin");
        }
        return known;
    }

    @Override
    public Verdict judge(long step, ValidationResult found) {
        List<RunGate> broken = gates().of(GuardMeasures.of(found)).stream()
                .filter(gate ->
                        !gate.holds() && gate.kind() != RunGate.GateKind.OVERFITTING) // the loss says which are best
                .toList();
        if (broken.isEmpty()) {
            return Verdict.HOLDS;
        }
        boolean isForgotten = broken.stream().anyMatch(gate -> gate.kind() == RunGate.GateKind.FORGETTING);
        OnForgetting action = isForgotten ? settings.onForgetting() : OnForgetting.WARN;
        ReplayShare share = run.data().replayShare();
        if (action == OnForgetting.RAISE_REPLAY && (share == null || !share.canRise())) {
            action = OnForgetting.ROLL_BACK;
        }
        Firing firing = Firing.of(rounds(), step, action, broken);
        files.add(firing);
        observer.say("guard, step " + step + ": " + String.join("; ", firing.sentences()) + "; " + consequence(action));
        return switch (action) {
            case WARN -> Verdict.EXCEEDED;
            case STOP -> Verdict.STOP;
            case ROLL_BACK -> Verdict.ROLL_BACK;
            case RAISE_REPLAY -> Verdict.RETRY;
        };
    }

    private String consequence(OnForgetting action) {
        return switch (action) {
            case WARN -> "these weights are not chosen as the best";
            case STOP -> "the run ends here";
            case ROLL_BACK ->
                settings.onForgetting() == OnForgetting.RAISE_REPLAY
                        ? "the share of replay cannot be doubled again, so the run ends at the last weights within the"
                                + " budget"
                        : "the run ends at the last weights within the budget";
            case RAISE_REPLAY -> "the run goes back to the last weights within the budget and replays twice as much";
        };
    }

    @Override
    public void retrying(long step) {
        ReplayShare share = run.data().replayShare();
        if (share == null) {
            throw new IllegalStateException("nothing is replayed"); // refused by GuardRules
        }
        share.raise(step);
        observer.say(String.format(
                Locale.ROOT,
                "continuing after step %d with %.0f %% of the trained tokens replayed",
                step,
                100 * share.now()));
    }

    /** Marks the weights that a run ended with by what the guards say of them: in its folder, and beside the result. */
    public void mark(Progress end, boolean isEnded, RunDirectory folder) {
        files.write(GuardReport.of(gates(), files.last(), end, isEnded, files.firings(), learned), folder.result());
    }
}
