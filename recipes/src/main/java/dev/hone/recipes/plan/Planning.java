package dev.hone.recipes.plan;

import dev.hone.error.CheckpointException;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plans a run: what it will do and need, without running it. */
public final class Planning {
    private Planning() {}

    /** Whether some seconds of real work are done to estimate the time. */
    public enum Clock {
        RUN,
        SPARE
    }

    /** The plan of a run. The time of a run that does not fit is not estimated. */
    public static Plan of(RunFile given, Clock clock, RunObserver observer) {
        long started = System.nanoTime();
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(given)) {
            RunDatasets rows = RunDatasets.read(given, language, observer);
            MachineMemory machine = MachineMemory.now();
            ResourceEstimate asked = ResourceEstimate.of(given, language, rows);
            ResourceEstimate needs = asked.fitted(machine);
            Optional<String> untimed = given.method().untimed();
            TimeEstimate pace = null;
            if (clock == Clock.RUN && untimed.isPresent()) {
                observer.say(untimed.get());
            } else if (clock == Clock.RUN && needs.fit(machine)) {
                RunPolicy policy = RunPolicy.open(needs.file(), language);
                observer.say(policy.describe());
                double before = (System.nanoTime() - started) / 1e9;
                pace = TimeEstimator.measure(
                        needs,
                        PreparedRun.forTiming(needs.file(), policy, rows, observer),
                        before,
                        existing(given.output()));
            }
            return plan(asked, needs, machine, pace, observer);
        }
    }

    private static Plan plan(
            ResourceEstimate asked,
            ResourceEstimate needs,
            MachineMemory machine,
            @Nullable TimeEstimate pace,
            RunObserver observer) {
        RunFile file = needs.file();
        long loader = needs.survey().steps();
        Double minutes = file.training().length().minutes();
        long steps = minutes == null ? loader : pace == null ? 0 : TimeEstimator.steps(minutes, needs, pace, observer);
        StepDemand demand = needs.demand();
        boolean auto = file.training().batch().rowsPerBatch().isAuto();
        return new Plan(
                file.training().batch().rowsPerStep(),
                auto ? file.training().batch().tokensPerBatch() : 0,
                TimeEstimator.tokensPerStep(needs),
                demand.microBatches(),
                steps,
                needs.epochs(steps),
                needs.memory().peak(demand),
                machine,
                needs.fit(machine) ? List.of() : asked.remedies(machine),
                pace,
                2 * needs.memory().stateBytes()
                        + (needs.measured().isEmpty() ? 1 : 2) * TimeEstimator.resultBytes(needs),
                free(existing(file.output())));
    }

    private static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new CheckpointException(folder + ": its disk cannot be asked (" + e.getMessage() + ")", e);
        }
    }

    /** The nearest folder above that exists. */
    private static Path existing(Path folder) {
        Path at = folder.toAbsolutePath().normalize();
        while (!Files.isDirectory(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
