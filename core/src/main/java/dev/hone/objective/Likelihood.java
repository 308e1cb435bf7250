package dev.hone.objective;

import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;

/** The likelihood of the chosen answers' tokens: a term beside a preference that keeps them likely. */
final class Likelihood {
    private Likelihood() {}

    /** What the sum is divided by: the weight of the chosen tokens. */
    static double weight(Targets targets) {
        double weight = 0;
        for (float token : ofChosen(targets)) {
            weight += token;
        }
        return weight;
    }

    /** {@code −Σ w·log p} over the chosen tokens. */
    static Tensor loss(Scores policy) {
        Targets targets = policy.targets();
        return policy.logProbabilities()
                .times(Tensor.of(ofChosen(targets), targets.count()))
                .sum()
                .negate();
    }

    private static float[] ofChosen(Targets targets) {
        float[] weights = new float[targets.count()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = targets.row()[i] % 2 == 0 ? targets.weight()[i] : 0;
        }
        return weights;
    }
}
