package dev.hone.objective;

import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every method that learns from pairs reports, under the names TRL gave it. */
final class Rewards {
    private Rewards() {}

    /**
     * Sums over pairs: the implied rewards {@code β·x} of both sides, how often the chosen one is higher, and the answers' own
     * log-probabilities. Both of these can fall while the rewards part; only they show it.
     */
    static Map<String, Double> measured(Scores policy, Batch batch, PairSums x, double beta) {
        Map<String, Double> measures = of(x, beta);
        PairSums sums = PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch);
        measures.put("logps/chosen", sums.chosen().sum().scalar());
        measures.put("logps/rejected", sums.rejected().sum().scalar());
        return measures;
    }

    /** Sums over pairs: the rewards {@code β·x} of both sides, and how often the chosen one is higher. */
    static Map<String, Double> of(PairSums x, double beta) {
        float[] chosen = x.chosen().floats();
        float[] rejected = x.rejected().floats();
        Map<String, Double> measures = new LinkedHashMap<>();
        for (int i = 0; i < chosen.length; i++) {
            measures.merge("rewards/chosen", beta * chosen[i], Double::sum);
            measures.merge("rewards/rejected", beta * rejected[i], Double::sum);
            measures.merge("rewards/margin", beta * (chosen[i] - rejected[i]), Double::sum);
            measures.merge("rewards/accuracy", chosen[i] > rejected[i] ? 1.0 : 0.0, Double::sum);
        }
        return measures;
    }
}
