package dev.hone.recipes;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.plan.MachineMemory;
import dev.hone.recipes.plan.Pace;
import dev.hone.recipes.plan.Plan;
import dev.hone.recipes.plan.Remedy;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a run decides when it begins, because it depends on the machine: how large its micro-batches may be, and how many steps
 * end in the time it was given. It is decided once; a run that is gone on with reads it from its folder.
 */
final class Beginnings {
    private final RunFile file;
    private final RunDirectory run;
    private final Watcher watcher;
    private final long started = System.nanoTime();

    private Beginnings(RunFile file, RunDirectory run, Watcher watcher) {
        this.file = file;
        this.run = run;
        this.watcher = watcher;
    }

    static Beginnings of(RunFile file, RunDirectory run, Watcher watcher) {
        return new Beginnings(file, run, watcher);
    }

    /**
     * The run with micro-batches that fit the machine.
     *
     * @throws ConfigurationException where it cannot fit and has not begun before, with what would
     */
    Needs fitting(Language language, Lesson.Rows rows) {
        Needs given = Needs.of(file, language, rows);
        MachineMemory machine = MachineMemory.now();
        OptionalLong kept = run.decided().get(Decided.TOKENS_PER_BATCH);
        Needs fitted = kept.isPresent() ? given.withTokensPerBatch((int) kept.getAsLong()) : given.fitted(machine);
        if (!fitted.fit(machine)) {
            refuse(given, fitted, machine);
        }
        int tokens = fitted.file().training().tokensPerBatch();
        if (file.training().rowsPerBatch().isAuto() && kept.isEmpty()) {
            run.decided().put(Decided.TOKENS_PER_BATCH, tokens);
        }
        if (tokens < file.training().tokensPerBatch()) {
            watcher.say(String.format(
                    Locale.ROOT,
                    "rows-per-batch: auto takes at most %,d tokens instead of %,d, so that %s fit into the %s there are",
                    tokens,
                    file.training().tokensPerBatch(),
                    Plan.gigabytes(fitted.peak().bytes()),
                    Plan.gigabytes(machine.available())));
        }
        return fitted;
    }

    private void refuse(Needs given, Needs fitted, MachineMemory machine) {
        String lacks = "the run needs " + Plan.gigabytes(fitted.peak().bytes()) + " of memory and "
                + Plan.gigabytes(machine.available()) + " are there";
        if (run.begun() || file.training().memory() == TrainingSettings.MemoryCheck.IGNORE) {
            watcher.say("warning: " + lacks);
            return;
        }
        List<Remedy> remedies = given.remedies(machine);
        throw new ConfigurationException(lacks + "\n"
                + Plan.table(fitted.peak())
                + (remedies.isEmpty()
                        ? "no setting of ours makes it fit; take a smaller model or a larger machine"
                        : "would fit: "
                                + remedies.stream()
                                        .map(remedy -> remedy.change() + " (" + Plan.gigabytes(remedy.bytes()) + ")")
                                        .collect(Collectors.joining("; ")))
                + "\ntraining.memory: ignore begins all the same");
    }

    /** The lesson, ending after as many steps as the run's minutes hold. */
    Lesson inTime(Lesson lesson, Needs needs, Student student) {
        Double minutes = file.training().minutes();
        if (minutes == null) {
            return lesson;
        }
        OptionalLong kept = run.decided().get(Decided.STEPS);
        if (kept.isPresent()) {
            return lesson.until(kept.getAsLong());
        }
        double before = (System.nanoTime() - started) / 1e9;
        Pace pace = Timing.measure(
                needs,
                student,
                lesson,
                Reference.onTheFly(file.method(), student).orElse(null),
                before,
                run.folder());
        long steps = Timing.steps(minutes, needs, pace, watcher);
        run.decided().put(Decided.STEPS, steps);
        return lesson.until(steps);
    }
}
