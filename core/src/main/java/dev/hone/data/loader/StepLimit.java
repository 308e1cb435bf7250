package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.Map;

/**
 * The first steps of a longer course.
 *
 * @param steps how many; at least one, and no more than the course has
 */
public record StepLimit(OfflineSource course, long steps) implements OfflineSource {
    public StepLimit {
        require(
                steps > 0 && steps <= course.steps(),
                "steps (%d) must be between 1 and the course's %d",
                steps,
                course.steps());
    }

    @Override
    public List<Batch> step(long step) {
        return course.step(step);
    }

    @Override
    public List<StepRow> rows(long step) {
        return course.rows(step);
    }

    @Override
    public Map<Integer, Long> trainedTokens(long step) {
        return course.trainedTokens(step);
    }
}
