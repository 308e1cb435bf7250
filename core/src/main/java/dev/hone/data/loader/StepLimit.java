package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.Map;

/**
 * The first steps of a longer source.
 *
 * @param steps how many; at least one, and no more than the source has
 */
public record StepLimit(OfflineSource source, long steps) implements OfflineSource {
    public StepLimit {
        require(
                steps > 0 && steps <= source.steps(),
                "steps (%d) must be between 1 and the source's %d",
                steps,
                source.steps());
    }

    @Override
    public List<Batch> step(long step) {
        require(step < steps, "step (%d) is outside this run of %d", step, steps);
        return source.step(step);
    }

    @Override
    public List<StepRow> rows(long step) {
        return source.rows(step);
    }

    @Override
    public Map<Integer, Long> trainedTokens(long step) {
        return source.trainedTokens(step);
    }
}
