package dev.hone.recipes.prepare;

import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.Replay;
import dev.hone.data.loader.ReplayShare;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepLimit;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is trained and measured on.
 *
 * @param loader the rows that are trained on, step by step
 * @param shares how much of it comes from each source
 * @param heldOut batches that are only measured; may be empty
 * @param heldOutReplay the same of what is replayed
 * @param replayShare how much is replayed, which may be raised between two steps; null: nothing is
 */
public record TrainingData(
        OfflineSource loader,
        SourceShares shares,
        StepBatches heldOut,
        StepBatches heldOutReplay,
        @Nullable ReplayShare replayShare) {
    /** No rows are held out. */
    static final StepBatches NOTHING = new StepBatches(List.of(), List::of);

    static TrainingData of(RunFile file, RunDatasets rows) {
        OfflineSource loader = rows.loader(file);
        List<Path> sources = file.data().trainPaths();
        return new TrainingData(
                loader,
                new SourceShares(
                        loader,
                        file.kind().isSampled() ? sources.subList(0, 1) : sources,
                        rows.replay() != null,
                        rows.own().training().isCounted()),
                rows.heldOut(file),
                rows.heldOutReplay(file),
                loader instanceof Replay replay ? replay.share() : null);
    }

    /** All of some rows in every step, and nothing to measure. */
    static TrainingData wholeInEveryStep(RunFile file, RunDatasets rows, long steps) {
        OfflineSource loader = rows.wholeInEveryStep(file, steps);
        return new TrainingData(
                loader, new SourceShares(loader, file.data().trainPaths(), false, true), NOTHING, NOTHING, null);
    }

    /** The same, ending after {@code steps} steps. */
    TrainingData until(long steps) {
        return new TrainingData(new StepLimit(loader, steps), shares, heldOut, heldOutReplay, replayShare);
    }
}
