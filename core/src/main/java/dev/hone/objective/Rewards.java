package dev.hone.objective;

import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every method that learns from pairs reports, under the names TRL gave it. */
final class Rewards {
    /** Eight times the distance of neighbouring numbers. */
    private static final double ROUNDING = 8 * Math.ulp(1f);

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

    /**
     * How many of the pairs prefer the chosen side, compared with a reference. A difference that float32 explains in sums of log-probabilities of
     * this size is a tie and counts as none: before its first update a policy prefers nothing that its reference does not.
     *
     * @param ratios log-probabilities less those of the reference, summed
     * @param sums log-probabilities, summed
     */
    static double preferred(PairSums ratios, PairSums sums) {
        float[] differences = ratios.difference().floats();
        float[] chosen = sums.chosen().floats();
        float[] rejected = sums.rejected().floats();
        int preferred = 0;
        for (int i = 0; i < differences.length; i++) {
            preferred += differences[i] > ROUNDING * (Math.abs(chosen[i]) + Math.abs(rejected[i])) ? 1 : 0;
        }
        return preferred;
    }
}
