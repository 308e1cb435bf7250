package dev.hone.objective;

import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;

/** The likelihood of the chosen answers' tokens, or of their whole rows: a term beside a preference that keeps them likely. */
public enum Likelihood {
    /** Of the answers' tokens, as they weigh. */
    ANSWER,
    /** Of every target of the chosen side; what weighs nothing in its answer, such as its prompt, counts as one token each. */
    ROW;

    /** What the sum is divided by: the weight of the chosen tokens. */
    double weight(Targets targets) {
        double weight = 0;
        for (float token : ofChosen(targets)) {
            weight += token;
        }
        return weight;
    }

    /** {@code −Σ w·log p} over the chosen tokens. */
    Tensor loss(Scores policy) {
        Targets targets = policy.targets();
        return policy.logProbabilities()
                .times(Tensor.of(ofChosen(targets), targets.count()))
                .sum()
                .negate();
    }

    private float[] ofChosen(Targets targets) {
        float[] weights = new float[targets.count()];
        for (int i = 0; i < weights.length; i++) {
            float own = targets.weight()[i];
            weights[i] = targets.row()[i] % 2 != 0 ? 0 : this == ROW && own == 0 ? 1 : own;
        }
        return weights;
    }
}
