package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.EpochLoader.BatchShape;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.rollout.batch.Credit.CreditedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Batches of rollouts that were recorded, in the order of their file: each step takes whole groups until it has as many completions as
 * it should, and the file begins again when it is read. For use by one thread.
 */
public final class RecordedRollouts implements OfflineSource {
    private final List<List<RolloutGroup>> byStep = new ArrayList<>();
    private final Credit credit;
    private final BatchShape shape;
    private final long steps;

    private RecordedRollouts(List<RolloutGroup> groups, Credit credit, BatchShape shape, double epochs, long steps) {
        List<RolloutGroup> open = new ArrayList<>();
        int completions = 0;
        for (RolloutGroup group : groups) {
            open.add(group);
            completions += group.size();
            if (completions >= shape.rowsPerStep()) {
                byStep.add(List.copyOf(open));
                open.clear();
                completions = 0;
            }
        }
        if (!open.isEmpty()) {
            byStep.add(List.copyOf(open));
        }
        require(!byStep.isEmpty(), "there are no rollouts to train on");
        this.credit = credit;
        this.shape = shape;
        this.steps = steps > 0 ? steps : Math.max(1, Math.round(epochs * byStep.size()));
    }

    /** A number of epochs, which need not be whole. */
    public static RecordedRollouts epochs(List<RolloutGroup> groups, Credit credit, BatchShape shape, double epochs) {
        return new RecordedRollouts(groups, credit, shape, epochs, 0);
    }

    /** A number of steps. */
    public static RecordedRollouts steps(List<RolloutGroup> groups, Credit credit, BatchShape shape, long steps) {
        return new RecordedRollouts(groups, credit, shape, 0, steps);
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public StepBatches next(long step) {
        List<RolloutGroup> groups = groups(step);
        CreditedRows learned = credit.of(groups);
        return Rollouts.batches(learned, shape, RolloutMeasures.of(groups, learned));
    }

    @Override
    public List<Batch> step(long step) {
        return next(step).batches();
    }

    @Override
    public List<StepRow> rows(long step) {
        return next(step).rows();
    }

    @Override
    public Map<Integer, Long> trainedTokens(long step) {
        return Map.of(
                0,
                groups(step).stream()
                        .flatMap(group -> group.rollouts().stream())
                        .mapToLong(Rollout::sampledTokens)
                        .sum());
    }

    private List<RolloutGroup> groups(long step) {
        return byStep.get(Math.toIntExact(step % byStep.size()));
    }
}
