package dev.hone.recipes;

import dev.hone.data.Annotated;
import dev.hone.data.Annotation;
import dev.hone.data.Examples;
import dev.hone.train.Learner;

/**
 * The model as a stage found it: what a policy is compared with. Its log-probabilities are computed before the first step, so
 * neither a second copy of the model is needed nor can the policy ever be its own reference.
 */
final class Reference {
    private Reference() {}

    /** Adds the model's present log-probabilities to rows; {@link Learner#measure} and training then see them. */
    static Examples annotate(Examples rows, Learner model, int tokensPerBatch, Watcher watcher) {
        return new Annotated(
                rows,
                Annotation.REFERENCE,
                Annotator.read(
                        rows,
                        tokensPerBatch,
                        "reference",
                        watcher,
                        batch -> model.model()
                                .score(batch, model.adapter())
                                .logProbabilities()
                                .floats()));
    }
}
