package dev.hone.objective;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Both sides of each pair of a batch whose rows take turns, chosen and rejected.
 *
 * @param chosen sum over the chosen answer's tokens [pairs]
 * @param rejected sum over the rejected answer's tokens [pairs]
 */
record PairSums(Tensor chosen, Tensor rejected) {
    /** Adds up numbers of single targets, weighted as {@code weights} says. */
    static PairSums sum(Tensor perTarget, float[] weights, Batch batch) {
        Targets targets = batch.targets();
        Tensor rows = Tensor.zeros(DType.F32, batch.rowCount())
                .addRowsInPlace(Tensor.of(targets.row()), perTarget.times(Tensor.of(weights, targets.count())));
        return of(rows, batch);
    }

    /** Numbers of rows, by side. */
    static PairSums of(Tensor rows, Batch batch) {
        int pairs = batch.rowCount() / 2;
        Tensor table = rows.view(pairs, 2);
        return new PairSums(
                table.narrow(1, 0, 1).reshape(pairs), table.narrow(1, 1, 1).reshape(pairs));
    }

    /** How many tokens each side has, weighted as they are trained [pairs]. */
    static PairSums lengths(Batch batch) {
        return sum(
                Tensor.ones(DType.F32, batch.targets().count()), batch.targets().weight(), batch);
    }

    /** How many pairs a batch has; one with a side that trains nothing is refused. */
    static int pairs(Batch batch) {
        if (batch.rowCount() % 2 != 0) {
            throw new IllegalArgumentException("rows (" + batch.rowCount() + ") must come in pairs");
        }
        boolean[] trained = new boolean[batch.rowCount()];
        for (int row : batch.targets().row()) {
            trained[row] = true;
        }
        for (int row = 0; row < trained.length; row++) {
            if (!trained[row]) {
                throw new IllegalArgumentException(
                        (row % 2 == 0 ? "chosen" : "rejected") + " side of pair " + row / 2 + " has no trained token");
            }
        }
        return batch.rowCount() / 2;
    }

    Tensor difference() {
        return chosen.minus(rejected);
    }

    PairSums minus(PairSums other) {
        return new PairSums(chosen.minus(other.chosen), rejected.minus(other.rejected));
    }

    PairSums dividedBy(PairSums other) {
        return new PairSums(chosen.dividedBy(other.chosen), rejected.dividedBy(other.rejected));
    }
}
