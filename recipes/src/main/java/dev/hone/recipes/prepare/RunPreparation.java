package dev.hone.recipes.prepare;

import dev.hone.objective.Objective;
import dev.hone.recipes.method.Preparation;
import dev.hone.recipes.method.Prepared;
import dev.hone.recipes.method.ReferenceSettings;
import dev.hone.recipes.method.RunRows;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.train.ReferenceModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The other models of a run that is being prepared; how a reference is computed depends on what the run is prepared for. */
record RunPreparation(RunFile file, RunPolicy policy, Comparing comparing, RunObserver observer)
        implements Preparation {
    /** How rows are prepared for a comparison with the initial model. */
    private interface Comparing {
        Prepared prepare(Objective objective, RunRows rows, ReferenceSettings settings);
    }

    /**
     * For training: the reference is computed at the time its settings name.
     *
     * @param folder where the precomputed numbers are kept
     */
    static RunPreparation forTraining(RunFile file, RunPolicy policy, Path folder, RunObserver observer) {
        return new RunPreparation(
                file,
                policy,
                (objective, rows, settings) -> {
                    observer.say(settings.describe(policy.policy()));
                    if (!settings.isPrecomputed()) {
                        return Prepared.withEachBatch(objective, rows, settings.copyOf(policy.policy()));
                    }
                    PrecomputedReference reference = PrecomputedReference.of(file, policy, folder, observer);
                    return Prepared.of(objective, rows.map(reference::annotate));
                },
                observer);
    }

    /** For a few rows, of which nothing is kept: the reference is computed with each batch, and does not move. */
    static RunPreparation forFewRows(RunFile file, RunPolicy policy, RunObserver observer) {
        return new RunPreparation(
                file,
                policy,
                (objective, rows, settings) ->
                        Prepared.withEachBatch(objective, rows, ReferenceModel.copyOf(policy.policy())),
                observer);
    }

    /** For measuring its time: nothing is trained, so the policy itself is the reference; no row is annotated ahead. */
    static RunPreparation forTiming(RunFile file, RunPolicy policy, RunObserver observer) {
        ReferenceModel itself = ReferenceModel.of(policy.policy());
        return new RunPreparation(
                file,
                policy,
                (objective, rows, settings) -> settings.isPrecomputed()
                        ? new Prepared(objective, rows, null, itself)
                        : Prepared.withEachBatch(objective, rows, itself),
                observer);
    }

    @Override
    public Prepared compare(Objective objective, RunRows rows, ReferenceSettings settings) {
        return comparing.prepare(objective, rows, settings);
    }

    @Override
    public RewardTerms rewards() {
        return file.rewards();
    }

    @Override
    public ReferenceModel reference() {
        observer.say("reference: the policy as it is now, computed with each batch");
        return ReferenceModel.copyOf(policy.policy());
    }

    @Override
    public Preparation.TeacherModel teacher(Path folder, @Nullable Path adapter) {
        return Teacher.open(folder, adapter, policy, file.training().batch().tokensPerBatch(), observer);
    }
}
