package dev.hone.objective;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Map;

/**
 * Anchored preference optimisation of single answers (D'Oosterlinck et al., 2024, "APO-zero"): makes desirable answers likelier
 * than the reference finds them, and the others less likely. It is {@link Kto} with its reference point at zero, so it needs no
 * foreign answers: each row of a batch is an answer.
 *
 * @param desirableWeight weight of desirable answers
 * @param undesirableWeight weight of the others
 */
public record ApoZeroUnpaired(double beta, double desirableWeight, double undesirableWeight) implements Objective {
    public ApoZeroUnpaired {
        require(beta > 0, "beta (%s) must be positive", beta);
        requireAtMost("beta", beta, 1e6);
        require(desirableWeight >= 0, "desirable-weight (%s) must not be negative", desirableWeight);
        requireAtMost("desirable-weight", desirableWeight, 1e6);
        require(undesirableWeight >= 0, "undesirable-weight (%s) must not be negative", undesirableWeight);
        requireAtMost("undesirable-weight", undesirableWeight, 1e6);
    }

    @Override
    public Map<Term, Double> weights(Batch batch) {
        return Map.of(Term.LOSS, (double) batch.rowCount());
    }

    /** {@code w_D (1 − σ(βx))} of a desirable answer, {@code w_U σ(βx)} of another. */
    @Override
    public Map<Term, Tensor> sums(Scores policy, Batch batch) {
        return Map.of(Term.LOSS, feedback(policy, batch).loss(beta, 0, desirableWeight, undesirableWeight));
    }

    @Override
    public Map<String, Double> measures(Scores policy, Batch batch) {
        return feedback(policy, batch).measures(0);
    }

    private static BinaryFeedback feedback(Scores policy, Batch batch) {
        Tensor reference = Tensor.of(batch.get(Annotation.REFERENCE));
        return new BinaryFeedback(
                byRow(policy.logProbabilities().minus(reference), batch),
                byRow(policy.logProbabilities(), batch),
                batch.get(Annotation.DESIRABLE));
    }

    private static Tensor byRow(Tensor perTarget, Batch batch) {
        return Tensor.zeros(DType.F32, batch.rowCount())
                .addRowsInPlace(
                        Tensor.of(batch.targets().row()),
                        perTarget.times(Tensor.of(batch.targets().weight())));
    }
}
