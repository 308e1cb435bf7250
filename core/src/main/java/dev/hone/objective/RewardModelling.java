package dev.hone.objective;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Learns to score texts from which of two is better, by the model of Bradley and Terry (1952): with scores s of both sides the
 * chosen one is better with probability σ(s_c − s_r). The loss of a pair is {@code −log σ(s_c − s_r − m)} (Ouyang et al., 2022,
 * equation 1), with a {@linkplain Annotation#MARGIN margin} m where the data says by how much (Touvron et al., 2023, equation
 * 2), and {@code c · (s_c + s_r)²} beside it, since differences alone leave open where zero is (Eisenstein et al., 2023).
 *
 * <p>Batches hold pairs with one target a side, {@linkplain dev.hone.data.batch.TargetKind#WHOLE scored as a whole}.
 *
 * @param centering how strongly scores are drawn towards zero, c; 0: not at all, 0.01 is usual
 */
public record RewardModelling(@Default("0.0") double centering) implements Objective {
    public RewardModelling {
        require(
                centering >= 0 && centering <= 1e6,
                "centering (%s) must be a number that is not negative, and at most 1000000",
                centering);
    }

    @Override
    public Set<Statistic> reads() {
        return Set.of(Statistic.REWARD);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        int pairs = PairSums.pairs(batch);
        if (batch.targets().count() != batch.rowCount()) {
            throw new IllegalArgumentException(batch.targets().count() + " targets for " + batch.rowCount()
                    + " texts; a text that is scored as a whole has a single one, at its end");
        }
        return Map.of(Term.LOSS, (double) pairs);
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        PairSums scores = scores(policy, batch);
        Tensor loss =
                scores.difference().minus(margins(batch)).logSigmoid().sum().negate();
        if (centering > 0) {
            Tensor sum = scores.chosen().plus(scores.rejected());
            loss = loss.plus(sum.square().sum().times(centering));
        }
        return Map.of(Term.LOSS, loss);
    }

    /** The margin of each pair [pairs]; both of its rows have it. */
    private static Tensor margins(Batch batch) {
        float[] rows = batch.get(Annotation.MARGIN);
        return PairSums.of(Tensor.of(rows, rows.length), batch).chosen();
    }

    private static PairSums scores(Scores policy, Batch batch) {
        float[] ones = new float[batch.targets().count()];
        Arrays.fill(ones, 1);
        return PairSums.sum(policy.rewards(), ones, batch);
    }

    /** The scores of both sides, and how often the chosen one is higher. */
    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return Rewards.of(scores(policy, batch), 1);
    }
}
