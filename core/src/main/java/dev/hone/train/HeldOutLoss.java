package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.objective.Objective;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The loss of an objective on batches that are not trained, lower being better. */
public final class HeldOutLoss implements Validation {
    private final String name;
    private final Policy policy;
    private final Objective objective;
    private final StepBatches heldOut;
    private final UnaryOperator<List<Batch>> annotate;

    public HeldOutLoss(String name, Policy policy, Objective objective, StepBatches heldOut) {
        this(name, policy, objective, heldOut, UnaryOperator.identity());
    }

    /**
     * @param annotate adds what the objective needs from a reference, each time anew
     */
    HeldOutLoss(
            String name, Policy policy, Objective objective, StepBatches heldOut, UnaryOperator<List<Batch>> annotate) {
        this.name = name;
        this.policy = policy;
        this.objective = objective;
        this.heldOut = heldOut;
        this.annotate = annotate;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Direction direction() {
        return Direction.LOWER_IS_BETTER;
    }

    @Override
    public ValidationResult measure(BooleanSupplier stop) {
        Metrics found = policy.measure(annotate.apply(heldOut.batches()), objective, stop);
        return new ValidationResult(name, found.loss(), found.measures());
    }

    @Override
    public List<StepRow> rows() {
        return heldOut.rows();
    }
}
