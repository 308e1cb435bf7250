package dev.hone.evaluate;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a reward model prefers the side of a pair that people chose, and how well its confidence is calibrated.
 *
 * <p>Scores say that the chosen side is better with probability p = σ(s_c − s_r). The model's confidence in its own preference is
 * max(p, 1 − p), between ½ and 1, and cut into bins of equal width. The expected calibration error (Naeini et al., 2015; Guo et
 * al., 2017, equation 3) is {@code Σ (n_b / n) · |accuracy_b − mean confidence_b|} over the bins.
 *
 * @param pairs how many were compared
 * @param right those whose chosen side has the higher score; equal scores are not right
 * @param error expected calibration error, between 0 and 1
 * @param bins from the least confident on; those without pairs too
 */
public record Calibration(int pairs, int right, double error, List<Bin> bins) {
    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * Pairs the model was about equally sure of.
     *
     * @param from least confidence
     * @param to most confidence; it belongs to the next bin, except for the last
     * @param confidence mean confidence; 0 without pairs
     */
    public record Bin(double from, double to, int pairs, int right, double confidence) {
        /** Share of its pairs that are right; 0 without pairs. */
        public double accuracy() {
            return pairs == 0 ? 0 : right / (double) pairs;
        }
    }

    /** Share of pairs that are right. */
    public double accuracy() {
        return right / (double) pairs;
    }

    /** Scores batches of pairs whose sides are {@linkplain dev.hone.data.Scored#WHOLE scored as a whole}, and compares them. */
    public static Calibration of(LanguageModel model, @Nullable Adapter adapter, List<Batch> batches, int bins) {
        int pairs = batches.stream().mapToInt(batch -> batch.rowCount() / 2).sum();
        float[] chosen = new float[pairs];
        float[] rejected = new float[pairs];
        int at = 0;
        for (Batch batch : batches) {
            requireWhole(batch);
            try (Scope scope = Scope.open()) {
                float[] scores = model.score(batch, adapter).rewards().floats();
                for (int i = 0; i < scores.length; i += 2) {
                    chosen[at] = scores[i];
                    rejected[at++] = scores[i + 1];
                }
            }
        }
        return of(chosen, rejected, bins);
    }

    private static void requireWhole(Batch batch) {
        int[] rows = batch.targets().row();
        boolean whole = rows.length == batch.rowCount() && rows.length % 2 == 0;
        for (int i = 0; whole && i < rows.length; i++) {
            whole = rows[i] == i;
        }
        if (!whole) {
            throw new IllegalArgumentException(rows.length + " targets for " + batch.rowCount()
                    + " rows; pairs that are scored as a whole have two rows each, with one target a row");
        }
    }

    /**
     * Compares pairs by their scores.
     *
     * @param bins how many; 10 is usual
     */
    public static Calibration of(float[] chosen, float[] rejected, int bins) {
        require(bins > 0, "bins (%d) must be positive", bins);
        require(chosen.length > 0, "there are no pairs to compare");
        require(
                chosen.length == rejected.length,
                "chosen (%d) and rejected (%d) must be as many",
                chosen.length,
                rejected.length);
        int[] count = new int[bins];
        int[] right = new int[bins];
        double[] confidence = new double[bins];
        int allRight = 0;
        for (int i = 0; i < chosen.length; i++) {
            double sure = 1 / (1 + Math.exp(-Math.abs((double) chosen[i] - rejected[i])));
            require(!Double.isNaN(sure), "scores of pair %d (%s, %s) are not numbers", i, chosen[i], rejected[i]);
            int bin = Math.min(bins - 1, (int) ((sure - 0.5) * 2 * bins));
            count[bin]++;
            confidence[bin] += sure;
            if (chosen[i] > rejected[i]) {
                right[bin]++;
                allRight++;
            }
        }
        List<Bin> all = new ArrayList<>();
        double error = 0;
        for (int b = 0; b < bins; b++) {
            double mean = count[b] == 0 ? 0 : confidence[b] / count[b];
            Bin bin = new Bin(0.5 + 0.5 * b / bins, 0.5 + 0.5 * (b + 1) / bins, count[b], right[b], mean);
            error += count[b] / (double) chosen.length * Math.abs(bin.accuracy() - mean);
            all.add(bin);
        }
        return new Calibration(chosen.length, allRight, error, all);
    }
}
