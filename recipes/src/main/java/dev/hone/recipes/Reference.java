package dev.hone.recipes;

import dev.hone.data.Annotated;
import dev.hone.data.Annotation;
import dev.hone.data.Batch;
import dev.hone.data.Examples;
import dev.hone.tensor.Scope;
import dev.hone.train.Learner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The model as a stage found it: what a policy is compared with. Its log-probabilities are computed before the first step, so
 * neither a second copy of the model is needed nor can the policy ever be its own reference.
 */
final class Reference {
    private Reference() {}

    /** Adds the model's present log-probabilities to rows; {@link Learner#measure} and training then see them. */
    static Examples annotate(Examples rows, Learner model, int tokensPerBatch, Watcher watcher) {
        List<float[]> values = new ArrayList<>();
        try (Watcher.Work work = watcher.begin("reference", "tok", rows.count(), 0)) {
            long tokens = 0;
            while (values.size() < rows.count()) {
                if (watcher.getAsBoolean()) {
                    throw new dev.hone.data.TokenisedRows.InterruptedDataException();
                }
                List<Integer> some = some(rows, values.size(), tokensPerBatch);
                try (Scope scope = Scope.open()) {
                    Batch batch = rows.batch(some);
                    values.addAll(byRow(
                            model.model()
                                    .score(batch, model.adapter())
                                    .logProbabilities()
                                    .floats(),
                            batch,
                            some.size()));
                    tokens += batch.tokenCount();
                }
                work.report(values.size(), tokens, "");
            }
        }
        return new Annotated(rows, Annotation.REFERENCE, values);
    }

    private static List<Integer> some(Examples rows, int from, int tokensPerBatch) {
        List<Integer> some = new ArrayList<>(List.of(from));
        int tokens = rows.length(from);
        for (int row = from + 1; row < rows.count() && tokens + rows.length(row) <= tokensPerBatch; row++) {
            some.add(row);
            tokens += rows.length(row);
        }
        return some;
    }

    /** The numbers of each row, which may be several of the batch's (a pair is two). */
    private static List<float[]> byRow(float[] all, Batch batch, int rows) {
        int each = batch.rowCount() / rows;
        List<float[]> values = new ArrayList<>();
        int at = 0;
        for (int row = 0; row < rows; row++) {
            int from = at;
            while (at < all.length && batch.targets().row()[at] / each == row) {
                at++;
            }
            values.add(Arrays.copyOfRange(all, from, at));
        }
        return values;
    }
}
