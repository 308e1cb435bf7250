package dev.hone.recipes.prepare;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.error.StoppedException;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** A forward pass of a frozen model over every row, whose numbers at the targets are sorted by row. */
final class AnnotationPass {
    private AnnotationPass() {}

    /**
     * The numbers of each row, target after target.
     *
     * @param model gives the same count of numbers for each target of a batch; asked from several threads
     */
    static List<float[]> read(
            Dataset rows,
            int tokensPerBatch,
            Workers workers,
            String label,
            RunObserver observer,
            Function<Batch, float[]> model) {
        List<float[]> values = new ArrayList<>();
        try (RunObserver.Work work = observer.begin(label, "tok", rows.count(), 0)) {
            long tokens = 0;
            int read = 0;
            while (read < rows.count()) {
                if (observer.getAsBoolean()) {
                    throw new StoppedException();
                }
                List<List<Integer>> round = new ArrayList<>();
                while (round.size() < workers.count() && read < rows.count()) {
                    List<Integer> some = some(rows, read, tokensPerBatch);
                    round.add(some);
                    read += some.size();
                    tokens += some.stream().mapToInt(rows::length).sum();
                }
                workers.map(round, some -> of(rows, some, model)).forEach(values::addAll);
                work.report(read, tokens, "");
            }
        }
        Engine.releaseFreed(); // batches of many shapes were read
        return values;
    }

    private static List<float[]> of(Dataset rows, List<Integer> some, Function<Batch, float[]> model) {
        try (Scope scope = Scope.open()) {
            Batch batch = rows.batch(some);
            return byRow(model.apply(batch), batch, some.size());
        }
    }

    private static List<Integer> some(Dataset rows, int from, int tokensPerBatch) {
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
        int[] rowOf = batch.targets().row();
        int width = rowOf.length == 0 ? 0 : all.length / rowOf.length;
        List<float[]> values = new ArrayList<>();
        int at = 0;
        for (int row = 0; row < rows; row++) {
            int from = at;
            while (at < rowOf.length && rowOf[at] / each == row) {
                at++;
            }
            values.add(Arrays.copyOfRange(all, from * width, at * width));
        }
        return values;
    }
}
