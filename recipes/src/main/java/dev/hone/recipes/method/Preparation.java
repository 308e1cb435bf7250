package dev.hone.recipes.method;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.head.TokenHead;
import dev.hone.objective.Objective;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.train.ReferenceModel;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a method may ask of a run that is being prepared: the other models it needs. The run's policy is the initial one, before
 * its first step and before a saved state is restored.
 */
public interface Preparation {
    /** Rows for an objective that compares the policy with the initial model. */
    Prepared compare(Objective objective, RunRows rows, ReferenceSettings settings);

    /** The rewards of the run. */
    RewardTerms rewards();

    /** The initial model, to annotate batches when their turn comes. */
    ReferenceModel reference();

    /** What the initial model says of each target of a batch: the natural log of its probability. Asked from several threads. */
    default Function<Batch, float[]> referenceScores() {
        ReferenceModel initial = reference();
        return batch -> initial.annotate(batch).get(Annotation.REFERENCE);
    }

    /**
     * Opens another model that knows the policy's tokens.
     *
     * @param adapter an adapter on it; null: none
     */
    TeacherModel teacher(Path folder, @Nullable Path adapter);

    /** A frozen model whose distributions are the targets. */
    interface TeacherModel {
        TokenHead head();

        /** The natural log of the probability of each target of a batch; asked from several threads. */
        float[] logProbabilities(Batch batch);

        /** Adds the teacher's hidden states to rows; it reads all of them. */
        Dataset annotate(Dataset rows);
    }
}
