package dev.hone.objective;

import dev.hone.data.batch.Batch;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What each pair is compared with where two distributions are aligned instead of the sides of single pairs (AOT: Melnyk et
 * al., 2024): the number of the same rank on the other side, over all pairs of a step.
 *
 * <p>Ranks are those of a first pass, and the numbers of other pairs are constants. A sum over ranks thus becomes a sum over
 * pairs, and a step may be split anywhere. Equal numbers are ranked by their rows. Immutable.
 */
public final class Quantiles {
    /** Before the first pass. */
    static final Quantiles UNKNOWN = new Quantiles(new IdentityHashMap<>());

    private final Map<Batch, Partners> partners;

    private Quantiles(Map<Batch, Partners> partners) {
        this.partners = partners;
    }

    /**
     * For each pair of a batch, the numbers of the same rank.
     *
     * @param margin the reference's margin at the rank of the policy's, less the reference's margin of the pair itself
     * @param chosen the chosen log-ratio at the rank of the pair's rejected one
     * @param rejected the rejected log-ratio at the rank of the pair's chosen one
     */
    @SuppressWarnings("ArrayRecordComponent") // columns, one number a pair; equality is never asked
    record Partners(float[] margin, float[] chosen, float[] rejected) {
        /** For losses that compare each pair with itself. */
        static final Partners NONE = new Partners(0);

        private Partners(int pairs) {
            this(new float[pairs], new float[pairs], new float[pairs]);
        }

        private Partners part(int from, int to) {
            return new Partners(
                    Arrays.copyOfRange(margin, from, to),
                    Arrays.copyOfRange(chosen, from, to),
                    Arrays.copyOfRange(rejected, from, to));
        }
    }

    /**
     * Ranks all pairs of a step.
     *
     * @param policy sums of log-probabilities, batch by batch
     * @param reference the same of the reference
     */
    static Quantiles of(List<Batch> batches, List<PairSums> policy, List<PairSums> reference) {
        float[] margin = joined(policy, PairSums::difference);
        float[] given = joined(reference, PairSums::difference);
        float[] chosen = minus(joined(policy, PairSums::chosen), joined(reference, PairSums::chosen));
        float[] rejected = minus(joined(policy, PairSums::rejected), joined(reference, PairSums::rejected));
        long[] rows = batches.stream()
                .flatMapToLong(b -> IntStream.range(0, b.rowCount() / 2).mapToLong(pair -> b.rowIds()[2 * pair]))
                .toArray();
        int[] byMargin = ranked(margin, rows);
        int[] byGiven = ranked(given, rows);
        int[] byChosen = ranked(chosen, rows);
        int[] byRejected = ranked(rejected, rows);
        Partners all = new Partners(rows.length);
        for (int rank = 0; rank < rows.length; rank++) {
            all.margin[byMargin[rank]] = given[byGiven[rank]] - given[byMargin[rank]];
            all.chosen[byRejected[rank]] = chosen[byChosen[rank]];
            all.rejected[byChosen[rank]] = rejected[byRejected[rank]];
        }
        Map<Batch, Partners> partners = new IdentityHashMap<>();
        int from = 0;
        for (Batch batch : batches) {
            int to = from + batch.rowCount() / 2;
            partners.put(batch, all.part(from, to));
            from = to;
        }
        return new Quantiles(partners);
    }

    /** The partners of a batch's pairs; it must be one of the step that was ranked. */
    Partners of(Batch batch) {
        Partners found = partners.get(batch);
        if (found == null) {
            throw new IllegalStateException("the batch was not part of the step whose pairs were ranked");
        }
        return found;
    }

    private static float[] joined(List<PairSums> parts, Function<PairSums, Tensor> column) {
        return Tensor.concatenate(0, parts.stream().map(column).toList()).floats();
    }

    private static float[] minus(float[] left, float[] right) {
        float[] difference = new float[left.length];
        for (int i = 0; i < left.length; i++) {
            difference[i] = left[i] - right[i];
        }
        return difference;
    }

    /** The pairs in ascending order of their numbers. */
    private static int[] ranked(float[] numbers, long[] rows) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, numbers.length).boxed().toList());
        order.sort(Comparator.<Integer>comparingDouble(i -> numbers[i]).thenComparingLong(i -> rows[i]));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }
}
