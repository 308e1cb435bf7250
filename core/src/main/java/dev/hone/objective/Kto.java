package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Kahneman-Tversky optimisation (Ethayarajh et al., 2024, equations 8 and 9): learns from single answers that are desirable or
 * not. An answer's worth is its log-ratio to the reference, seen from a reference point z₀: how far the policy has moved from
 * the reference on answers that do not belong to their prompts.
 *
 * <p>Batches hold two rows for each answer: row 2i is the answer, row 2i+1 the same prompt with a foreign answer. z₀ is the mean
 * over the foreign rows of the whole step, at least 0, and a constant to the gradient.
 *
 * @param desirableWeight weight of desirable answers
 * @param undesirableWeight weight of the others
 */
public record Kto(
        @Default("0.1") double beta,
        @Default("1.0") double desirableWeight,
        @Default("1.0") double undesirableWeight) implements Objective {
    public Kto {
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
        require(desirableWeight >= 0, "desirable-weight (%s) must not be negative", desirableWeight);
        requireAtMost("desirable-weight", desirableWeight, 1e6);
        require(undesirableWeight >= 0, "undesirable-weight (%s) must not be negative", undesirableWeight);
        requireAtMost("undesirable-weight", undesirableWeight, 1e6);
    }

    @Override
    public boolean needsFirstPass() {
        return true;
    }

    /** Foreign answers, which only the reference point needs. */
    @Override
    public Batch firstPassPart(Batch batch) {
        return batch.only(row -> row % 2 == 1);
    }

    /** Own answers. */
    @Override
    public Batch trainedPart(Batch batch) {
        return batch.only(row -> row % 2 == 0);
    }

    @Override
    public Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
        double sum = 0;
        double rows = 0;
        for (int i = 0; i < window.size(); i++) {
            sum += ratios(window.get(i), batches.get(i)).rejected().sum().scalar();
            rows += batches.get(i).rowCount() / 2.0;
        }
        return seenFrom(Math.max(0, sum / Math.max(1, rows)));
    }

    /** The same with its reference point z₀ known. */
    Objective seenFrom(double referencePoint) {
        return new SeenFrom(this, referencePoint);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, (double) PairSums.pairs(batch));
    }

    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return seenFrom(0).sums(policy, batch);
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return seenFrom(0).measures(policy, batch);
    }

    private record SeenFrom(Kto own, double referencePoint) implements Objective {
        @Override
        public Batch trainedPart(Batch batch) {
            return own.trainedPart(batch);
        }

        @Override
        public Map<Term, Double> weights(Batch batch) {
            return own.weights(batch);
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return Map.of(
                    Term.LOSS,
                    feedback(policy, batch).loss(own.beta, referencePoint, own.desirableWeight, own.undesirableWeight));
        }

        @Override
        public Map<String, Double> measures(Scores policy, Batch batch) {
            Map<String, Double> measures = feedback(policy, batch).measures(referencePoint);
            measures.put("kl", referencePoint * batch.rowCount() / 2);
            return measures;
        }
    }

    private static BinaryFeedback feedback(Scores policy, Batch batch) {
        float[] byRow = batch.get(Annotation.DESIRABLE);
        float[] desirable = new float[byRow.length / 2];
        for (int i = 0; i < desirable.length; i++) {
            desirable[i] = byRow[2 * i];
        }
        PairSums logps = PairSums.sum(policy.logProbabilities(), batch.targets().weight(), batch);
        return new BinaryFeedback(ratios(policy, batch).chosen(), logps.chosen(), desirable);
    }

    private static PairSums ratios(Scores policy, Batch batch) {
        Tensor reference =
                Tensor.of(batch.get(Annotation.REFERENCE), batch.targets().count());
        return PairSums.sum(
                policy.logProbabilities().minus(reference), batch.targets().weight(), batch);
    }
}
