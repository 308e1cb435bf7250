package dev.hone.objective;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much likelier the policy makes each target of a batch than the policy that {@linkplain Annotation#SAMPLED sampled} it did:
 * ρ = π/μ, of tokens or of whole rows. A logarithm is held within ±{@value #FARTHEST} before its exponential is taken; beyond that
 * a ratio keeps its last value and has no gradient.
 *
 * @param targets those of the batch
 * @param rows how many rows the batch has
 * @param log ln ρ of each target [targets], held, differentiable
 * @param distance ln ρ of each target as it is, a constant
 */
@SuppressWarnings("ArrayRecordComponent") // a column; equality is never asked
record ImportanceRatios(Targets targets, int rows, Tensor log, float[] distance) {
    static final double FARTHEST = 20;

    static ImportanceRatios of(Scores policy, Batch batch) {
        float[] sampled = batch.get(Annotation.SAMPLED);
        Tensor log = policy.logProbabilities().minus(Tensor.of(sampled, sampled.length));
        return new ImportanceRatios(
                batch.targets(), batch.rowCount(), held(log), log.detach().floats());
    }

    /** A logarithm within ±{@value #FARTHEST}; beyond it there is no gradient. */
    static Tensor held(Tensor log) {
        return log.atMost(FARTHEST).negate().atMost(FARTHEST).negate();
    }

    private static double held(double log) {
        return Math.max(-FARTHEST, Math.min(FARTHEST, log));
    }

    /** ρ of each target's token [targets]. */
    Tensor ofTokens() {
        return log.exp();
    }

    /** The geometric mean of a row's ratios, at each of its targets [targets] (GSPO: Zheng et al., 2025, equation 7). */
    Tensor meansOfRows() {
        float[] shares = shares();
        Tensor means = rowSums(log.times(Tensor.of(shares, shares.length)));
        return means.select(0, Tensor.of(targets.row(), targets.count())).exp();
    }

    /** The product of a row's ratios [rows]. */
    Tensor productsOfRows() {
        return held(rowSums(log.times(Tensor.of(targets.weight(), targets.count()))))
                .exp();
    }

    private Tensor rowSums(Tensor perTarget) {
        return Tensor.zeros(DType.F32, rows).addRowsInPlace(Tensor.of(targets.row(), targets.count()), perTarget);
    }

    /** The share of its row's weight that each target has. */
    float[] shares() {
        double[] lengths = new double[rows];
        for (int i = 0; i < targets.count(); i++) {
            lengths[targets.row()[i]] += targets.weight()[i];
        }
        float[] shares = targets.weight().clone();
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= (float) Math.max(Float.MIN_NORMAL, lengths[targets.row()[i]]);
        }
        return shares;
    }

    /** Σ of ln ρ over each row, weighted as given, each held: a constant [rows]. */
    double[] distances(float[] weights) {
        double[] sums = new double[rows];
        for (int i = 0; i < distance.length; i++) {
            sums[targets.row()[i]] += weights[i] * held(distance[i]);
        }
        return sums;
    }

    /** A weighted sum of numbers of the targets. */
    double total(float[] perTarget) {
        double total = 0;
        for (int i = 0; i < perTarget.length; i++) {
            total += targets.weight()[i] * perTarget[i];
        }
        return total;
    }

    /**
     * What every policy gradient reports of itself, summed over the targets. {@code mismatch}: {@code ρ − 1 − ln ρ}, never negative, which
     * estimates KL(μ‖π). Where the policy is the one that sampled, it is what sampling and training disagree by, and is to be zero; in
     * later passes over the same rollouts it is how far the policy has moved. {@code entropy/trained}: the entropy of the next token at
     * the tokens that are trained, where that statistic is read.
     */
    Map<String, Double> measures(Scores policy) {
        float[] mismatches = new float[distance.length];
        for (int i = 0; i < mismatches.length; i++) {
            mismatches[i] = (float) (Math.expm1(held(distance[i])) - held(distance[i]));
        }
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("mismatch", total(mismatches));
        if (policy.statistics().containsKey(Statistic.ENTROPY)) {
            measures.put("entropy/trained", total(policy.get(Statistic.ENTROPY).floats()));
        }
        return measures;
    }

    /** ½·(ln ρ)² of each target, which is what the divergence of π and μ is near 0. */
    float[] halfSquares() {
        float[] squares = new float[distance.length];
        for (int i = 0; i < squares.length; i++) {
            squares[i] = (float) (held(distance[i]) * held(distance[i]) / 2);
        }
        return squares;
    }

    /** {@code mismatch/largest}: |ln π − ln μ|. */
    Map<String, Double> largest() {
        double largest = 0;
        for (float log : distance) {
            largest = Math.max(largest, Math.abs(log));
        }
        return Map.of("mismatch/largest", largest);
    }
}
