package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times the parts of a step: real gradients of real rows, and updates at a rate of zero by an optimizer of its own, so that the
 * weights stay as they are. Closing it frees the state of that optimizer. For use by one thread, before training.
 */
public final class StepTimer implements AutoCloseable {
    private final Policy policy;
    private final Objective objective;
    private final @Nullable ReferenceModel reference;
    private final Optimizer optimizer;
    private final Gradients gradients;

    /**
     * @param reference annotates batches as they come; null: none does
     */
    public StepTimer(
            Policy policy,
            Objective objective,
            Optimizer.OptimizerConfig optimizer,
            @Nullable ReferenceModel reference) {
        this.policy = policy;
        this.objective = objective;
        this.reference = reference;
        this.optimizer = optimizer.over(policy.parameters());
        this.gradients = new Gradients(policy.parameters());
    }

    /** Seconds of the gradients of some micro-batches, without those of their annotation. */
    public double learn(List<Batch> batches) {
        gradients.clear();
        List<Batch> annotated = annotated(batches);
        long started = System.nanoTime();
        policy.accumulate(annotated, objective, Draw.of(0, "rehearsal"));
        return since(started);
    }

    /** Seconds of measuring some batches, without those of their annotation. */
    public double measure(List<Batch> batches) {
        List<Batch> annotated = annotated(batches);
        long started = System.nanoTime();
        policy.measure(annotated, objective);
        return since(started);
    }

    /** Seconds that the reference needs for some batches; 0 without one. */
    public double annotate(List<Batch> batches) {
        long started = System.nanoTime();
        return annotated(batches) == batches ? 0 : since(started);
    }

    /** Seconds of one update by the gradients that are there. */
    public double update() {
        long started = System.nanoTime();
        gradients.clip(gradients.norm(), Double.MAX_VALUE);
        optimizer.step(0);
        return since(started);
    }

    private List<Batch> annotated(List<Batch> batches) {
        return reference == null ? batches : reference.annotate(batches, policy.workers());
    }

    private static double since(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void close() {
        gradients.clear();
        try (Scope scope = Scope.open()) {
            optimizer.state().values().forEach(Tensor::close);
        }
    }
}
