package dev.hone.recipes.plan;

import dev.hone.data.loader.StepBatches;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunSource;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What rollouts take before they are learned from, measured on the first cycles of a run with the policy as it is.
 *
 * @param seconds of sampling and judging, for one step
 * @param rows the micro-batches of one step that was sampled
 * @param heldOutSeconds of one greedy completion of each held-out prompt, in proportion
 */
record SampledPace(double seconds, List<BatchSize> rows, double heldOutSeconds) {
    /** The first cycle warms up. */
    private static final int CYCLES = 2;

    static SampledPace measure(ResourceEstimate needs, PreparedRun run, Path folder) {
        try {
            Path place = Files.createTempDirectory(folder, "timing");
            try (RunSource source = run.source(needs.rows(), place, RunObserver.none())) {
                return measure(needs, run, source);
            } finally {
                AtomicFolder.delete(place);
            }
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private static SampledPace measure(ResourceEstimate needs, PreparedRun run, RunSource source) {
        int steps = needs.file().rollout().steps();
        long updates = (long) steps * run.passes();
        double seconds = 0;
        List<BatchSize> rows = new ArrayList<>();
        for (long cycle = 0;
                cycle < CYCLES && cycle * updates < source.batches().steps();
                cycle++) {
            long started = System.nanoTime();
            StepBatches made = source.batches().next(cycle * updates);
            seconds = (System.nanoTime() - started) / 1e9;
            rows = made.batches().isEmpty() ? rows : StepSizes.loads(made.batches());
        }
        int completions = needs.file().training().batch().rowsPerStep() * steps;
        return new SampledPace(seconds / updates, rows, seconds * source.heldOutPrompts() / completions);
    }
}
