package dev.hone.objective;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The policy gradient on whole completions (REINFORCE leave-one-out: Ahmadian et al., 2024): a completion is one action, so its ratio
 * is the product of its tokens' and its advantage, which its tokens all have, counts once. The loss of a row is
 * {@code −min(ρ·A, clip(ρ, 1 − low, 1 + high)·A)}, the mean over rows; see {@link ClippedPolicy} for what a batch holds. The pull to a
 * reference, where there is one, is part of the reward.
 *
 * @param low how far below 1 a ratio counts where the advantage is negative
 * @param high how far above 1 where it is positive
 */
public record Rloo(
        @Default("0.2") double low, @Default("0.2") double high) implements Objective {
    public Rloo {
        Clipping.requireEdges(low, high);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, (double) batch.rowCount());
    }

    @Override
    public double measured(Batch batch) {
        return batch.targets().totalWeight();
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        Tensor ratios = ImportanceRatios.of(policy, batch).productsOfRows(); // [rows]
        float[] advantages = advantages(batch);
        return Map.of(
                Term.LOSS,
                clipping(ratios, advantages)
                        .of(ratios)
                        .times(Tensor.of(advantages, advantages.length))
                        .sum()
                        .negate());
    }

    private Clipping clipping(Tensor ratios, float[] advantages) {
        return Clipping.of(ratios.detach().floats(), advantages, low, high, Double.POSITIVE_INFINITY);
    }

    /** That of each row [rows]; 0 of a row without targets. */
    private static float[] advantages(Batch batch) {
        float[] perTarget = batch.get(Annotation.ADVANTAGE);
        float[] rows = new float[batch.rowCount()];
        for (int i = 0; i < perTarget.length; i++) {
            rows[batch.targets().row()[i]] = perTarget[i];
        }
        return rows;
    }

    /** Means over trained tokens. */
    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        ImportanceRatios ratios = ImportanceRatios.of(policy, batch);
        Clipping clipping = clipping(ratios.productsOfRows(), advantages(batch));
        Map<String, Double> measures = new LinkedHashMap<>(ratios.measures(policy));
        measures.put("clip/low", ratios.total(atTargets(clipping.low(), batch.targets())));
        measures.put("clip/high", ratios.total(atTargets(clipping.high(), batch.targets())));
        return measures;
    }

    private static float[] atTargets(float[] rows, Targets targets) {
        float[] perTarget = new float[targets.count()];
        for (int i = 0; i < perTarget.length; i++) {
            perTarget[i] = rows[targets.row()[i]];
        }
        return perTarget;
    }

    @Override
    public Map<String, Double> largest(Scores policy, Batch batch) {
        return ImportanceRatios.of(policy, batch).largest();
    }
}
