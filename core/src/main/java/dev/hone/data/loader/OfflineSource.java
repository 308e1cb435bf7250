package dev.hone.data.loader;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.Map;

/**
 * A source of data at rest: a step is a function of its number alone and can be had at any time, in any order and any number of
 * times. Sizes, times and shares of a run can so be known before its first step, and a past step computed again.
 */
public interface OfflineSource extends BatchSource {
    /** The rows of a step, split into micro-batches. */
    List<Batch> step(long step);

    /** The same rows, each alone. */
    List<StepRow> rows(long step);

    /** How many tokens of each source a step trains; sources that have none in it are left out. */
    Map<Integer, Long> trainedTokens(long step);

    @Override
    default StepBatches next(long step) {
        return new StepBatches(step(step), () -> rows(step));
    }
}
