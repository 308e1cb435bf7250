package dev.hone.recipes.prepare;

import dev.hone.data.dataset.Dataset;
import dev.hone.objective.Objective;
import dev.hone.recipes.method.Prepared;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.run.StartValues;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.train.Hyperparameters;
import dev.hone.train.ReferenceModel;
import dev.hone.train.Trainer;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A run before its first step: its policy, its objective, the rows in their order, and the model it is compared with. What
 * trains, overfits, inspects or times a run begins with it.
 *
 * @param reference annotates each batch when its turn comes; null: none does
 * @param sampled what is done with rollouts, where rows are prompts; null: rows are trained on as they are
 * @param pending annotates every row before the first step, which was left out; null: nothing was
 */
public record PreparedRun(
        RunFile file,
        RunPolicy policy,
        Objective objective,
        TrainingData data,
        @Nullable ReferenceModel reference,
        @Nullable ReferenceModel pending,
        Prepared.@Nullable Sampled sampled) {
    /**
     * Prepares a run for training; models it is compared with annotate its rows.
     *
     * @param reference folder in which their numbers are kept
     */
    public static PreparedRun of(
            RunFile file, RunPolicy policy, RunDatasets rows, Path reference, RunObserver observer) {
        return of(file, policy, rows, RunPreparation.forTraining(file, policy, reference, observer));
    }

    /** The run as far as its time depends on it; for use without training. */
    public static PreparedRun forTiming(RunFile file, RunPolicy policy, RunDatasets rows, RunObserver observer) {
        return of(file, policy, rows, RunPreparation.forTiming(file, policy, observer));
    }

    private static PreparedRun of(RunFile file, RunPolicy policy, RunDatasets given, RunPreparation run) {
        Prepared prepared = file.method().prepare(given.own(), run);
        DataSettings.ReplaySettings replay = file.data().replay();
        return new PreparedRun(
                file,
                policy,
                replay == null
                        ? prepared.objective()
                        : file.method().besideReplay(prepared.objective(), replay.lossWeight()),
                TrainingData.of(file, given.with(prepared.rows())),
                prepared.reference(),
                prepared.pending(),
                prepared.sampled());
    }

    /**
     * A few rows of the run's first file, all of them in every step.
     *
     * @param count how many rows; fewer where the file has fewer
     */
    public static PreparedRun ofFewRows(
            RunFile file,
            RunPolicy policy,
            TokenizerAndTemplate language,
            int count,
            long steps,
            RunObserver observer) {
        RunDatasets few = RunDatasets.few(file, language, count, observer);
        Prepared prepared = file.method().prepare(few.own(), RunPreparation.forFewRows(file, policy, observer));
        return new PreparedRun(
                file,
                policy,
                prepared.objective(),
                TrainingData.wholeInEveryStep(file, few.with(prepared.rows()), steps),
                prepared.reference(),
                prepared.pending(),
                prepared.sampled());
    }

    /** The same, ending after {@code steps} steps. */
    public PreparedRun until(long steps) {
        return new PreparedRun(file, policy, objective, data.until(steps), reference, pending, sampled);
    }

    /** The same with the length that its run resolved at its start, if it did. */
    public PreparedRun endingAs(StartValues resolved) {
        OptionalLong steps = resolved.get(StartValues.STEPS);
        return steps.isPresent() ? until(steps.getAsLong()) : this;
    }

    /**
     * What the run learns from, with what it is validated by; to be closed.
     *
     * @param folder in which rollouts are written
     */
    public RunSource source(RunDatasets rows, Path folder, RunObserver observer) {
        Prepared.Sampled known = sampled;
        if (known == null || !file.kind().isSampled()) {
            return new RunSource(data.loader(), data.heldOut(), null, 0, null);
        }
        RunRollouts rollouts = RunRollouts.open(file, policy, known, observer);
        Dataset heldOut = rows.own().heldOut();
        return new RunSource(
                rollouts.source(data.loader(), rows, folder),
                TrainingData.NOTHING,
                heldOut == null || file.rewards().isEmpty()
                        ? null
                        : new HeldOutReward(
                                rollouts,
                                heldOut,
                                file.rewards().watched(),
                                file.training().hyperparameters().seed()),
                heldOut == null ? 0 : heldOut.count(),
                rollouts);
    }

    /** How often rollouts are learned from; 1 where nothing is sampled. */
    public int passes() {
        return sampled == null ? 1 : sampled.passes();
    }

    /** A trainer of the policy, before its first step. */
    public Trainer trainer() {
        return trainer(file.training().hyperparameters());
    }

    /** The same with other hyperparameters. */
    public Trainer trainer(Hyperparameters others) {
        Trainer trainer = new Trainer(policy.policy(), objective, others);
        ReferenceModel compared = reference;
        if (compared != null) {
            trainer.compareWith(compared);
        }
        return trainer;
    }
}
