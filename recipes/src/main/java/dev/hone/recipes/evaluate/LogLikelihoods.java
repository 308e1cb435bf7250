package dev.hone.recipes.evaluate;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.LoadedModel;
import dev.hone.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Log-probabilities of sequences under a model, several in a batch; what sequences begin with in common is computed once. Batches are
 * filled in the order of the sequences, so that the same list gives the same numbers.
 */
record LogLikelihoods(LoadedModel model) {
    /** Tokens of a batch, those of a shared prefix once; longer sequences are batches of their own. */
    private static final int TOKENS = 2048;

    /**
     * A sequence to be scored.
     *
     * @param ids at least one token
     * @param from index of the first token whose log-probability is asked for, at least 1
     * @param place where it comes from, for messages
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once
    record Sequence(int[] ids, int from, String place) {
        private Example example(int row) {
            float[] weights = new float[ids.length];
            Arrays.fill(weights, Math.min(from, ids.length), ids.length, 1f);
            return new Example(row, ids, weights);
        }
    }

    /**
     * For each sequence the natural logarithm of the probability of its tokens behind {@code from}; fewer, if it is asked to stop.
     *
     * @throws DataException naming the place of a sequence that the model cannot read
     * @throws TrainingException naming that of a sequence with a number that is not finite
     */
    List<float[]> of(List<Sequence> sequences, BooleanSupplier stop) {
        List<float[]> all = new ArrayList<>();
        List<Sequence> batch = new ArrayList<>();
        int tokens = 0;
        for (Sequence sequence : sequences) {
            int cost = sequence.ids().length - (batch.isEmpty() ? 0 : shared(batch.get(batch.size() - 1), sequence));
            if (!batch.isEmpty() && tokens + cost > TOKENS) {
                if (stop.getAsBoolean()) {
                    return all;
                }
                all.addAll(scored(batch));
                batch.clear();
                tokens = 0;
                cost = sequence.ids().length;
            }
            batch.add(sequence);
            tokens += cost;
        }
        if (!batch.isEmpty() && !stop.getAsBoolean()) {
            all.addAll(scored(batch));
        }
        return all;
    }

    private static int shared(Sequence one, Sequence other) {
        int mismatch = Arrays.mismatch(one.ids(), other.ids());
        return mismatch < 0 ? other.ids().length : mismatch;
    }

    private List<float[]> scored(List<Sequence> batch) {
        try {
            return computed(batch);
        } catch (IllegalArgumentException e) {
            if (batch.size() == 1) {
                throw new DataException(batch.get(0).place() + ": " + e.getMessage(), e);
            }
            List<float[]> all = new ArrayList<>(); // alone, one of them is refused with its place
            batch.forEach(one -> all.addAll(scored(List.of(one))));
            return all;
        }
    }

    private List<float[]> computed(List<Sequence> batch) {
        List<Example> examples = new ArrayList<>();
        int targets = 0;
        for (int i = 0; i < batch.size(); i++) {
            examples.add(batch.get(i).example(i));
            targets += Math.max(0, batch.get(i).ids().length - batch.get(i).from());
        }
        float[] flat = new float[0];
        if (targets > 0) {
            try (Scope scope = Scope.open()) {
                flat = model.model()
                        .score(Batch.of(examples), model.adapter())
                        .logProbabilities()
                        .floats();
            }
        }
        List<float[]> each = new ArrayList<>();
        int at = 0;
        for (Sequence sequence : batch) {
            int count = Math.max(0, sequence.ids().length - sequence.from());
            float[] own = Arrays.copyOfRange(flat, at, at + count);
            requireFinite(own, sequence);
            each.add(own);
            at += count;
        }
        return each;
    }

    private static void requireFinite(float[] scores, Sequence sequence) {
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new TrainingException(sequence.place() + ": the log-probability of token "
                        + (sequence.from() + i) + " is " + scores[i]
                        + ", so the text has no score; the model's weights are damaged or its training has diverged");
            }
        }
    }
}
