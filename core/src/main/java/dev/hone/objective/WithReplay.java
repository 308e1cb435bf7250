package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An objective with replay of other text beside it: {@code own + weight · (−Σ w·log p / Σ w)}, the second mean over the tokens
 * of the batches marked {@link Annotation#REPLAY}. Both parts are averaged on their own, as the pre-training term of PPO-ptx is
 * (Ouyang et al., 2022, equation 2), so how much is replayed in a step does not change the gradient of the rest of it.
 *
 * @param own the objective of all other batches
 * @param weight of the replayed tokens' mean loss
 */
public record WithReplay(Objective own, double weight) implements Objective {
    public WithReplay {
        require(weight > 0, "weight (%s) must be positive", weight);
        requireAtMost("weight", weight, 1e6);
    }

    @Override
    public Objective of(Batch batch) {
        return isReplayed(batch) ? new Replayed(weight) : own.of(batch);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return of(batch).weights(batch);
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return of(batch).sums(policy, batch);
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return of(batch).measures(policy, batch);
    }

    @Override
    public double measured(Batch batch) {
        return of(batch).measured(batch);
    }

    @Override
    public Map<String, Double> largest(Scores policy, Batch batch) {
        return of(batch).largest(policy, batch);
    }

    @Override
    public Set<Statistic> reads() {
        return own.reads();
    }

    @Override
    public Set<Statistic> firstPassReads() {
        return own.firstPassReads();
    }

    @Override
    public boolean needsFirstPass() {
        return own.needsFirstPass();
    }

    @Override
    public Batch firstPassPart(Batch batch) {
        return of(batch).firstPassPart(batch);
    }

    @Override
    public Batch trainedPart(Batch batch) {
        return of(batch).trainedPart(batch);
    }

    /** The first pass is that of the other batches alone. */
    @Override
    public Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
        List<Scores> scores = new ArrayList<>();
        List<Batch> others = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            if (!isReplayed(batches.get(i))) {
                scores.add(window.get(i));
                others.add(batches.get(i));
            }
        }
        return new WithReplay(own.afterFirstPass(scores, others), weight);
    }

    private static boolean isReplayed(Batch batch) {
        return batch.has(Annotation.REPLAY);
    }

    private record Replayed(double weight) implements Objective {
        @Override
        public Map<Term, Double> weights(Batch batch) {
            return Map.of(Term.REPLAY, batch.targets().totalWeight());
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return Map.of(
                    Term.REPLAY,
                    policy.logProbabilities().times(policy.weights()).sum().times(-weight));
        }

        @Override
        public boolean isLinear() {
            return true;
        }
    }
}
