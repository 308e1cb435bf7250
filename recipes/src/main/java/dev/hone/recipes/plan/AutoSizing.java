package dev.hone.recipes.plan;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.run.StartValues;
import dev.hone.recipes.settings.TrainingSettings;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a run resolves at its start, because it depends on the machine: how large its micro-batches may be, and how many steps
 * end in the time it was given. It is resolved once; a run that is resumed reads it from its folder.
 */
public final class AutoSizing {
    private final RunFile file;
    private final RunDirectory run;
    private final RunObserver observer;
    private final long started = System.nanoTime();

    private AutoSizing(RunFile file, RunDirectory run, RunObserver observer) {
        this.file = file;
        this.run = run;
        this.observer = observer;
    }

    public static AutoSizing of(RunFile file, RunDirectory run, RunObserver observer) {
        return new AutoSizing(file, run, observer);
    }

    /**
     * The run with micro-batches that fit the machine.
     *
     * @throws ConfigurationException where it cannot fit and has not begun before, with what would
     */
    public ResourceEstimate fitting(TokenizerAndTemplate language, RunDatasets rows) {
        ResourceEstimate given = ResourceEstimate.of(file, language, rows);
        MachineMemory machine = MachineMemory.now();
        OptionalLong decided = run.decided().get(StartValues.TOKENS_PER_BATCH);
        ResourceEstimate fitted =
                decided.isPresent() ? given.withTokensPerBatch((int) decided.getAsLong()) : given.fitted(machine);
        if (!fitted.fit(machine)) {
            refuse(given, fitted, machine);
        }
        int tokens = fitted.file().training().batch().tokensPerBatch();
        if (file.training().batch().rowsPerBatch().isAuto() && decided.isEmpty()) {
            run.decided().put(StartValues.TOKENS_PER_BATCH, tokens);
        }
        if (tokens < file.training().batch().tokensPerBatch()) {
            observer.say(String.format(
                    Locale.ROOT,
                    "rows-per-batch: auto takes at most %,d tokens instead of %,d, so that %s fit into the %s there are",
                    tokens,
                    file.training().batch().tokensPerBatch(),
                    Plan.gigabytes(fitted.peak().bytes()),
                    Plan.gigabytes(machine.available())));
        }
        return fitted;
    }

    private void refuse(ResourceEstimate given, ResourceEstimate fitted, MachineMemory machine) {
        if (run.begun() || file.training().execution().memory() == TrainingSettings.MemoryCheck.IGNORE) {
            observer.say("warning: " + lacking(fitted, machine));
            return;
        }
        throw new ConfigurationException(refusal(given, fitted, machine));
    }

    private static String lacking(ResourceEstimate fitted, MachineMemory machine) {
        return "the run needs " + Plan.gigabytes(fitted.peak().bytes()) + " of memory and "
                + Plan.gigabytes(machine.available()) + " are there";
    }

    /** That a run does not fit the machine, and what would. */
    static String refusal(ResourceEstimate given, ResourceEstimate fitted, MachineMemory machine) {
        List<Remedy> remedies = given.remedies(machine);
        return lacking(fitted, machine) + "\n"
                + Plan.table(fitted.peak())
                + (remedies.isEmpty()
                        ? "no setting of ours makes it fit; take a smaller model or a larger machine"
                        : "would fit: "
                                + remedies.stream()
                                        .map(remedy -> remedy.change() + " (" + Plan.gigabytes(remedy.bytes()) + ")")
                                        .collect(Collectors.joining("; ")))
                + "\ntraining.memory: ignore begins all the same";
    }

    /** The run, ending after as many steps as its minutes hold. */
    public PreparedRun inTime(PreparedRun prepared, ResourceEstimate needs) {
        Double minutes = file.training().length().minutes();
        if (minutes == null) {
            return prepared;
        }
        OptionalLong decided = run.decided().get(StartValues.STEPS);
        if (decided.isPresent()) {
            return prepared.until(decided.getAsLong());
        }
        double before = (System.nanoTime() - started) / 1e9;
        TimeEstimate pace = TimeEstimator.measure(needs, prepared, before, run.folder());
        long steps = TimeEstimator.steps(minutes, needs, pace, observer);
        run.decided().put(StartValues.STEPS, steps);
        return prepared.until(steps);
    }
}
