package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.BatchSource;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The training loop. A step gathers the gradient of its micro-batches, shortens it if it is too long, updates the weights
 * once, and is then evaluated and saved as the plan says.
 *
 * <p>What a step does depends on its number alone, so a run that was stopped and resumed ends with the same weights as one
 * that was not. Numbers that went wrong update nothing and end the run; see {@link NumericalFault}. For use by one thread.
 */
public final class Trainer {
    /** Why a run ended. */
    public enum Ending {
        COMPLETE,
        /** The held-out loss stopped improving. */
        EARLY_STOP,
        /** Asked to stop; it can go on later. */
        INTERRUPTED
    }

    /** The end of a run. */
    public record Outcome(Ending ending, Progress progress) {}

    /** What is measured beside the held-out rows. */
    private record Beside(String name, Objective objective, List<Batch> batches) {}

    private final Policy learner;
    private final Objective objective;
    private final Hyperparameters plan;
    private final Optimizer optimizer;
    private final Gradients gradients;
    private final Diagnosis diagnosis;
    private final StepGuard guard;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private List<Batch> heldOut = List.of();
    private final List<Beside> beside = new ArrayList<>();
    private @Nullable ReferenceModel reference;
    private @Nullable StateFiles states;
    private Progress progress = Progress.start();

    public Trainer(Policy learner, Objective objective, Hyperparameters plan) {
        this.learner = learner;
        this.objective = objective;
        this.plan = plan;
        this.optimizer = plan.optimizer().over(learner.parameters());
        this.gradients = new Gradients(learner.parameters());
        this.diagnosis = new Diagnosis(learner, objective, this::compared);
        this.guard = new StepGuard(diagnosis, gradients, fault -> listeners.forEach(l -> l.faulted(fault)));
    }

    public Trainer listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Measures the loss on these batches as the run goes. */
    public Trainer evaluateOn(List<Batch> batches) {
        heldOut = List.copyOf(batches);
        return this;
    }

    /** Measures the loss of something else too whenever held-out rows are measured, and reports it among their measures. */
    public Trainer alsoMeasuring(String name, Objective other, List<Batch> batches) {
        if (!batches.isEmpty()) {
            beside.add(new Beside(name, other, List.copyOf(batches)));
        }
        return this;
    }

    /** Lets a model annotate each batch when its turn comes. It may follow the policy, and is then part of saved states. */
    public Trainer compareWith(ReferenceModel model) {
        if (states != null) {
            throw new IllegalStateException("the reference has to be known before states are restored");
        }
        reference = model;
        return this;
    }

    /** Saves states there, and goes on from the newest whole one if there is any. */
    public Trainer saveTo(StateFiles files) {
        states = files;
        files.newest().ifPresent(this::goOnFrom);
        return this;
    }

    /** Goes on from a saved state of the same run. */
    public void goOnFrom(StateFiles.State state) {
        progress = state.restore(learner.parameters(), optimizer);
        if (reference != null) {
            reference.restore(state::reference);
        }
    }

    /** Where the run stands: after {@link #saveTo}, where it goes on. */
    public Progress progress() {
        return progress;
    }

    /**
     * Runs to the end of the source, or until it is asked to stop: between two steps, or while held-out rows are measured,
     * which is then done anew by whoever goes on.
     */
    public Outcome run(BatchSource source, BooleanSupplier stop) {
        long saved = progress.step();
        try {
            evaluate(stop);
            while (progress.step() < source.steps() && !endsEarly()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
                attempt(source, saved);
                if (due(plan.evaluateEvery(), source.steps()) && !heldOut.isEmpty()) {
                    progress = progress.awaitingEvaluation();
                    evaluate(stop);
                }
                if (due(plan.checkpointEvery(), source.steps()) || endsEarly()) {
                    save(saved);
                    saved = progress.step();
                }
            }
        } catch (StoppedException e) {
            save(saved);
            return new Outcome(Ending.INTERRUPTED, progress);
        }
        return new Outcome(endsEarly() ? Ending.EARLY_STOP : Ending.COMPLETE, progress);
    }

    private boolean endsEarly() {
        return plan.patience() > 0 && progress.worse() >= plan.patience();
    }

    /** A step that is refused leaves the run where it was before it, and that is worth saving. */
    private void attempt(BatchSource source, long saved) {
        try {
            step(source);
        } catch (TrainingException refused) {
            save(saved);
            throw refused;
        }
    }

    private boolean due(int every, long total) {
        return progress.step() == total || every > 0 && progress.step() % every == 0;
    }

    /** What the next step would do; weights and progress stay as they are. */
    public Preview preview(BatchSource source) {
        long step = progress.step();
        Metrics measured = gradient(compared(source.step(step)));
        double norm = gradients.norm();
        gradients.clear();
        return new Preview(step + 1, measured, norm, diagnosis.losses(source.rows(step)));
    }

    /** Gathers the next step's gradient. */
    private Metrics gradient(List<Batch> batches) {
        gradients.clear();
        return learner.accumulate(
                batches, objective, Draw.of(plan.seed(), "dropout").at(progress.step()));
    }

    private void step(BatchSource source) {
        long started = System.nanoTime();
        long step = progress.step();
        List<Batch> batches = compared(source.step(step));
        Metrics measured = gradient(batches);
        double norm = gradients.norm();
        guard.admit(step, measured.loss(), norm, () -> source.rows(step));
        if (plan.maxGradientNorm() > 0) {
            gradients.clip(norm, plan.maxGradientNorm());
        }
        double rate = plan.learningRate() * plan.schedule().multiplier(step, source.steps());
        optimizer.step(rate);
        gradients.clear();
        long tokens = batches.stream().mapToLong(Batch::tokenCount).sum();
        long trained = batches.stream().mapToLong(b -> b.targets().count()).sum();
        progress = progress.stepped(tokens);
        if (reference != null) {
            reference.follow(progress.step(), learner);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        StepReport report = new StepReport(progress.step(), measured, norm, rate, tokens, trained, seconds);
        listeners.forEach(l -> l.stepped(report));
    }

    private List<Batch> compared(List<Batch> batches) {
        return reference == null ? batches : reference.annotate(batches, learner.workers());
    }

    /** Measures held-out rows if that is still to be done. */
    private void evaluate(BooleanSupplier stop) {
        if (!progress.unmeasured()) {
            return;
        }
        Metrics own = learner.measure(compared(heldOut), objective, stop);
        Map<String, Double> measures = new LinkedHashMap<>(own.measures());
        beside.forEach(b -> measures.put(
                b.name(), learner.measure(b.batches(), b.objective(), stop).loss()));
        Metrics measured = new Metrics(own.loss(), measures);
        progress = progress.evaluated(measured.loss());
        listeners.forEach(l -> l.evaluated(progress, measured));
    }

    private void save(long saved) {
        StateFiles files = states;
        if (files != null && progress.step() > saved) {
            listeners.forEach(l -> l.checkpointing(progress));
            files.save(progress, learner.parameters(), optimizer, reference == null ? Map.of() : reference.state());
        }
    }
}
