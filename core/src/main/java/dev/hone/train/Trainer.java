package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.objective.Objective;
import dev.hone.random.Draw;
import dev.hone.tensor.Stateful;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The training loop. A step accumulates the gradient of its micro-batches, clips it, updates the weights once, and is then
 * validated and saved as the hyperparameters say.
 *
 * <p>What a step does depends on the weights before it, its number and what its source gives for it, so a run that was stopped and
 * resumed ends with the same weights as one that was not. Non-finite numbers update nothing and end the run; see
 * {@link NumericalFault}. For use by one thread.
 */
public final class Trainer {
    /** Why a run ended. */
    public enum Ending {
        COMPLETE,
        /** The validation stopped improving. */
        EARLY_STOP,
        /** The guard ended it where it stood. */
        GUARD_STOP,
        /** The guard ended it at an earlier step, whose weights are the result. */
        ROLLED_BACK,
        /** Asked to stop; it can be resumed later. */
        INTERRUPTED
    }

    /** The end of a run. */
    public record Outcome(Ending ending, Progress progress) {}

    /** What a source gave for a step that is not complete. */
    private record Pending(BatchSource source, long step, StepBatches given) {}

    private final Policy policy;
    private final Objective objective;
    private final Hyperparameters hyperparameters;
    private final Optimizer optimizer;
    private final Gradients gradients;
    private final Diagnosis diagnosis;
    private final StepGuard guard;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private final List<Stateful> parts = new ArrayList<>();
    private final List<Validation> reported = new ArrayList<>();
    private final Set<String> unmeasurable = new HashSet<>();
    private @Nullable Validation primary;
    private @Nullable ReferenceModel reference;
    private @Nullable StateFiles states;
    private @Nullable Guarding guarding;
    private BooleanSupplier alarmed = () -> false;
    private @Nullable Pending pending;
    private Progress progress = Progress.start();
    private long saved; // the step of the state saved last

    public Trainer(Policy policy, Objective objective, Hyperparameters hyperparameters) {
        this.policy = policy;
        this.objective = objective;
        this.hyperparameters = hyperparameters;
        this.optimizer = hyperparameters.optimizer().over(policy.parameters());
        this.gradients = new Gradients(policy.parameters());
        this.diagnosis = new Diagnosis(policy, objective, this::annotated);
        this.guard = new StepGuard(diagnosis, gradients, fault -> listeners.forEach(l -> l.faulted(fault)));
        parts.add(new SavedWeights("weight", policy.parameters()));
        parts.add(optimizer);
    }

    public Trainer listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Validates by the run's own loss on these batches; without any the run is not validated. */
    public Trainer evaluateOn(List<Batch> batches) {
        return evaluateOn(new StepBatches(batches, List::of));
    }

    /** The same, with the rows each alone, so that a message can name one of them. */
    public Trainer evaluateOn(StepBatches heldOut) {
        return heldOut.batches().isEmpty()
                ? this
                : validateBy(new HeldOutLoss("loss", policy, objective, heldOut, this::annotated));
    }

    /** Takes this measure as the run goes; it says which weights are the best, and when to stop early. */
    public Trainer validateBy(Validation validation) {
        primary = validation;
        return this;
    }

    /** Takes another measure whenever the run is validated, and reports it beside. */
    public Trainer alsoReporting(Validation validation) {
        reported.add(validation);
        return this;
    }

    /** Reports the run's own loss on other batches too, whenever the run is validated. */
    public Trainer alsoReporting(String name, StepBatches batches) {
        return alsoReporting(new HeldOutLoss(name, policy, objective, batches, this::annotated));
    }

    /** Lets this guard judge the weights whenever the run is validated; it has to know where states are saved before it runs. */
    public Trainer guardedBy(Guard guard) {
        guarding = new Guarding(guard);
        return alsoSaving(guarding);
    }

    /** Ends the run after a step where this says so, as a guard would; it has to say the same of the same steps in a run that is resumed. */
    public Trainer endingWhen(BooleanSupplier alarm) {
        alarmed = alarm;
        return this;
    }

    /** Lets a model annotate each batch when its turn comes. It may follow the policy, and is then part of saved states. */
    public Trainer compareWith(ReferenceModel model) {
        reference = model;
        return alsoSaving(model);
    }

    /** Makes something a part of saved states: a source that is stateful has to be, before the run begins. */
    public Trainer alsoSaving(Stateful part) {
        if (states != null) {
            throw new IllegalStateException("the " + part.stateName() + " has to be known before states are restored");
        }
        if (parts.stream().anyMatch(other -> other.stateName().equals(part.stateName()))) {
            throw new IllegalArgumentException("two parts of a state are called " + part.stateName());
        }
        parts.add(part);
        return this;
    }

    /** Saves states there, and resumes from the newest whole one if there is any. */
    public Trainer saveTo(StateFiles files) {
        states = files;
        files.newest().ifPresent(this::resumeFrom);
        return this;
    }

    /** Resumes from a saved state of the same run. */
    public void resumeFrom(StateFiles.State state) {
        progress = state.restore(parts);
    }

    /** Whether a guard has ended the run, so that it makes no step more. */
    public boolean isEndedByGuard() {
        return guarding != null && guarding.hasEnded();
    }

    /** Where the run stands: after {@link #saveTo}, where it resumes. */
    public Progress progress() {
        return progress;
    }

    /**
     * Runs to the end of the source, or until it is asked to stop: between two steps, or during a validation, which is then made
     * anew by the run that resumes.
     */
    public Outcome run(BatchSource source, BooleanSupplier stop) {
        if (states != null && source instanceof Stateful part && !parts.contains(part)) {
            throw new IllegalStateException("the source (" + part.stateName() + ") is not part of the saved states");
        }
        saved = progress.step();
        try {
            if (guarding != null && progress.step() == 0) {
                saveNow(); // what a run may be rolled back to before anything has held
            }
            validate(stop);
            while (progress.step() < source.steps() && !ends()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
                attempt(source);
                if (due(hyperparameters.evaluateEvery(), source.steps()) && primary != null) {
                    progress = progress.awaitingValidation();
                    validate(stop);
                }
                if (due(hyperparameters.checkpointEvery(), source.steps()) || ends()) {
                    save();
                }
            }
        } catch (StoppedException e) {
            save();
            return new Outcome(Ending.INTERRUPTED, progress);
        }
        guard.requireFiniteWeights(
                progress.step(), policy.parameters()); // no later step sees what the last update made
        return new Outcome(ending(), progress);
    }

    private boolean ends() {
        return endsEarly() || isEndedByGuard() || alarmed.getAsBoolean();
    }

    private Ending ending() {
        Guarding known = guarding;
        if (known != null && known.hasEnded()) {
            return known.ending();
        }
        if (alarmed.getAsBoolean()) {
            return Ending.GUARD_STOP;
        }
        return endsEarly() ? Ending.EARLY_STOP : Ending.COMPLETE;
    }

    private boolean endsEarly() {
        return hyperparameters.patience() > 0 && progress.worse() >= hyperparameters.patience();
    }

    /**
     * A step that is refused leaves the run where it was before it, and that is worth saving. A stateful source has already gone
     * past it, so that the state saved last stays the newest.
     */
    private void attempt(BatchSource source) {
        try {
            step(source);
        } catch (TrainingException refused) {
            if (!(source instanceof Stateful)) {
                save();
            }
            throw refused;
        }
    }

    private boolean due(int every, long total) {
        return progress.step() == total || every > 0 && progress.step() % every == 0;
    }

    /** What the next step would do; weights and progress stay as they are. The step itself does not ask the source again. */
    public Preview preview(BatchSource source) {
        StepBatches given = next(source);
        Metrics found = gradient(annotated(given.batches()));
        double norm = gradients.norm();
        gradients.clear();
        return new Preview(progress.step() + 1, found, norm, diagnosis.losses(given.rows()));
    }

    /** The data of the next step, for which the source is asked once. */
    private StepBatches next(BatchSource source) {
        Pending known = pending;
        if (known == null || known.source() != source || known.step() != progress.step()) {
            known = new Pending(source, progress.step(), source.next(progress.step()));
            pending = known;
        }
        return known.given();
    }

    /** Accumulates the next step's gradient. */
    private Metrics gradient(List<Batch> batches) {
        gradients.clear();
        return policy.accumulate(
                batches, objective, Draw.of(hyperparameters.seed(), "dropout").at(progress.step()));
    }

    private void step(BatchSource source) {
        long started = System.nanoTime();
        long step = progress.step();
        StepBatches given = next(source);
        List<Batch> batches = annotated(given.batches());
        double rate =
                hyperparameters.learningRate() * hyperparameters.schedule().multiplier(step, source.steps());
        Metrics found = Metrics.NOTHING;
        double norm = 0;
        if (!batches.isEmpty()) { // otherwise there is nothing to learn, and the weights stay as they are
            found = gradient(batches);
            norm = gradients.norm();
            update(source, given, rate, found.loss(), norm);
        }
        pending = null;
        long tokens = batches.stream().mapToLong(Batch::tokenCount).sum();
        long trained = batches.stream().mapToLong(b -> b.targets().count()).sum();
        progress = progress.stepped(tokens);
        if (reference != null) {
            reference.follow(progress.step(), policy);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        StepReport report =
                new StepReport(progress.step(), found.with(given.measures()), norm, rate, tokens, trained, seconds);
        listeners.forEach(l -> l.stepped(report));
    }

    /** Lets a gradient change the weights. What a policy sampled may have nothing to teach; then they stay as they are. */
    private void update(BatchSource source, StepBatches given, double rate, double loss, double norm) {
        boolean isSampled = !(source instanceof OfflineSource);
        if (norm != 0 || !isSampled) {
            guard.admit(progress.step(), rate, loss, norm, given::rows);
            if (hyperparameters.maxGradientNorm() > 0) {
                gradients.clip(norm, hyperparameters.maxGradientNorm());
            }
            optimizer.step(rate);
        }
        gradients.clear();
    }

    private List<Batch> annotated(List<Batch> batches) {
        return reference == null ? batches : reference.annotate(batches, policy.workers());
    }

    /** Makes the validation that is due, if one is. */
    private void validate(BooleanSupplier stop) {
        Validation validation = primary;
        if (!progress.unmeasured() || validation == null) {
            return;
        }
        ValidationResult found = measured(validation, stop);
        for (Validation other : reported) {
            found = found.beside(measured(other, stop));
        }
        ValidationResult all = found;
        Guarding known = guarding;
        Guard.Verdict verdict =
                known == null ? Guard.Verdict.HOLDS : known.guard().judge(progress.step(), all);
        double value =
                verdict == Guard.Verdict.HOLDS ? all.value() : Double.NaN; // what does not hold is never the best
        progress = progress.validated(validation.name(), validation.direction(), value);
        listeners.forEach(l -> l.evaluated(progress, all));
        if (known != null) {
            follow(verdict, known);
        }
    }

    private void follow(Guard.Verdict verdict, Guarding known) {
        switch (verdict) {
            case HOLDS -> {
                known.held(progress.step());
                saveNow();
            }
            case EXCEEDED -> {}
            case STOP -> known.stopped();
            case ROLL_BACK -> {
                rollBack(known);
                known.rolledBack();
                saveNow();
            }
            case RETRY -> {
                rollBack(known);
                known.guard().retrying(progress.step());
                saveNow();
            }
        }
    }

    /** Back to the last state that held, as if the steps since had not been made. */
    private void rollBack(Guarding known) {
        StateFiles files = states;
        if (files == null) {
            throw new IllegalStateException("a run that saves no states cannot be rolled back");
        }
        resumeFrom(files.at(known.held()));
        pending = null;
        listeners.forEach(l -> l.rolledBack(progress));
    }

    /**
     * What the run's validations find with the weights as they are. It does not count as one of the run's, and chooses nothing;
     * empty where there are none.
     */
    public Optional<ValidationResult> measure(BooleanSupplier stop) {
        Validation validation = primary;
        if (validation == null) {
            return Optional.empty();
        }
        ValidationResult result = validation.measure(stop);
        for (Validation other : reported) {
            result = result.beside(other.measure(stop));
        }
        return Optional.of(result);
    }

    /** Takes a measure; where it is not finite, it chooses no weights, and its rows are found and reported once. */
    private ValidationResult measured(Validation validation, BooleanSupplier stop) {
        ValidationResult result = validation.measure(stop);
        if (Double.isFinite(result.value())) {
            return result;
        }
        if (unmeasurable.add(validation.name())) {
            List<RowLoss> suspects = diagnosis.losses(validation.rows());
            NumericalFault fault = new NumericalFault(
                    NumericalFault.FaultType.VALIDATION,
                    progress.step(),
                    result.value(),
                    0,
                    diagnosis.origin(suspects, gradients),
                    suspects);
            listeners.forEach(l -> l.faulted(fault));
        }
        return result;
    }

    private void save() {
        if (progress.step() > saved) {
            saveNow();
        }
    }

    private void saveNow() {
        StateFiles files = states;
        if (files != null) {
            listeners.forEach(l -> l.checkpointing(progress));
            files.save(progress, parts, guarding == null ? StateFiles.NONE : guarding.held());
            saved = progress.step();
        }
    }
}
