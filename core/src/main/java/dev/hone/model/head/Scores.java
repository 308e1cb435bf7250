package dev.hone.model.head;

import dev.hone.data.batch.Targets;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * A model's statistics at a batch's targets: all that an objective sees of the model.
 *
 * @param statistics for each requested statistic, its value at each target [targets], float32
 * @param targets the targets they belong to, in the same order
 */
public record Scores(Map<Statistic, Tensor> statistics, Targets targets) {
    public Scores {
        statistics = Map.copyOf(statistics);
    }

    /** Log-probabilities [targets] and nothing else. */
    public Scores(Tensor logProbabilities, Targets targets) {
        this(Map.of(Statistic.LOG_PROBABILITY, logProbabilities), targets);
    }

    /** A statistic's value at each target [targets]; {@link IllegalStateException} where the objective does not read it. */
    public Tensor get(Statistic statistic) {
        Tensor values = statistics.get(statistic);
        if (values == null) {
            throw new IllegalStateException(
                    statistic + " was not computed; the objective has to name it among what it reads");
        }
        return values;
    }

    /** Natural log of the probability of each target's token [targets], float32. */
    public Tensor logProbabilities() {
        return get(Statistic.LOG_PROBABILITY);
    }

    /** How good each text is, where the model scores texts [targets], float32. */
    public Tensor rewards() {
        return get(Statistic.REWARD);
    }

    /** The targets' weights as a tensor [targets]. */
    public Tensor weights() {
        return Tensor.of(targets.weight(), targets.count());
    }
}
