package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Four pairs of one token a side, whose ranks differ on every side, against a sum over ranks written down plainly. */
class AotTest {
    private static final double[] CHOSEN = {-1.0, -.2, -2.5, -.6};
    private static final double[] REJECTED = {-.7, -1.9, -.4, -1.2};
    private static final double[] REFERENCE_CHOSEN = {-.9, -.8, -1.5, -1.1};
    private static final double[] REFERENCE_REJECTED = {-1.6, -1.0, -.3, -1.4};
    private static final double BETA = 0.7;
    private static final double SMOOTHING = 0.1;

    @ParameterizedTest
    @CsvSource({"AOT, 4", "AOT, 2", "AOT, 1", "AOT_UNPAIRED, 4", "AOT_UNPAIRED, 2", "AOT_UNPAIRED, 1"})
    void theLossIsThatOfTheSortedStepHoweverItIsSplit(PreferenceLoss loss, int size) {
        try (Scope scope = Scope.open()) {
            double sum = 0;
            for (Seen part : seen(loss, size)) {
                sum += part.objective
                        .sums(part.scores, part.batch)
                        .get(Term.LOSS)
                        .scalar();
            }
            assertThat(sum).isCloseTo(plain(loss, CHOSEN, REJECTED), within(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({"AOT, 4", "AOT, 1", "AOT_UNPAIRED, 4", "AOT_UNPAIRED, 1"})
    void theGradientIsThatOfTheSortedStep(PreferenceLoss loss, int size) {
        try (Scope scope = Scope.open()) {
            int pair = 0;
            for (Seen part : seen(loss, size)) {
                Tensor leaf = part.scores.logProbabilities().detach().trainable();
                part.objective
                        .sums(new Scores(leaf, part.batch.targets()), part.batch)
                        .get(Term.LOSS)
                        .backward();
                float[] gradients = leaf.gradient().floats();
                for (int i = 0; i < size; i++, pair++) {
                    assertThat((double) gradients[2 * i]).isCloseTo(gradient(loss, pair, true), within(1e-5));
                    assertThat((double) gradients[2 * i + 1]).isCloseTo(gradient(loss, pair, false), within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AOT", "AOT_UNPAIRED"})
    void aStepThatWasNotRankedHasNoLoss(PreferenceLoss loss) {
        try (Scope scope = Scope.open()) {
            Batch batch = batch(0, 4);
            assertThatThrownBy(() -> Dpo.of(loss, BETA, 0).sums(scores(batch, 0, 4), batch))
                    .hasMessageContaining("not part of the step");
        }
    }

    /** Central difference of the plain sum. */
    private static double gradient(PreferenceLoss loss, int pair, boolean ofChosen) {
        double[] values = new double[2];
        for (int side = 0; side < 2; side++) {
            double[] chosen = CHOSEN.clone();
            double[] rejected = REJECTED.clone();
            (ofChosen ? chosen : rejected)[pair] += side == 0 ? 1e-5 : -1e-5;
            values[side] = plain(loss, chosen, rejected);
        }
        return (values[0] - values[1]) / 2e-5;
    }

    /** The sum over ranks, as the paper has it. */
    private static double plain(PreferenceLoss loss, double[] chosen, double[] rejected) {
        double[] left;
        double[] right;
        if (loss == PreferenceLoss.AOT) {
            left = minus(chosen, rejected);
            right = minus(REFERENCE_CHOSEN, REFERENCE_REJECTED);
        } else {
            left = minus(chosen, REFERENCE_CHOSEN);
            right = minus(rejected, REFERENCE_REJECTED);
        }
        Arrays.sort(left);
        Arrays.sort(right);
        double sum = 0;
        for (int rank = 0; rank < left.length; rank++) {
            double z = BETA * (left[rank] - right[rank]);
            sum += (1 - SMOOTHING) * Math.log1p(Math.exp(-z)) + SMOOTHING * Math.log1p(Math.exp(z));
        }
        return sum;
    }

    private static double[] minus(double[] left, double[] right) {
        double[] difference = left.clone();
        for (int i = 0; i < left.length; i++) {
            difference[i] -= right[i];
        }
        return difference;
    }

    private record Seen(Objective objective, Scores scores, Batch batch) {}

    private static List<Seen> seen(PreferenceLoss loss, int size) {
        List<Batch> batches = new ArrayList<>();
        List<Scores> window = new ArrayList<>();
        for (int from = 0; from < CHOSEN.length; from += size) {
            Batch batch = batch(from, size);
            batches.add(batch);
            window.add(scores(batch, from, size));
        }
        Objective ranked = Dpo.of(loss, BETA, SMOOTHING).afterFirstPass(window, batches);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            seen.add(new Seen(ranked, window.get(i), batches.get(i)));
        }
        return seen;
    }

    private static Scores scores(Batch batch, int from, int pairs) {
        return new Scores(Tensor.of(turns(CHOSEN, REJECTED, from, pairs)), batch.targets());
    }

    private static float[] turns(double[] chosen, double[] rejected, int from, int pairs) {
        float[] values = new float[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            values[2 * i] = (float) chosen[from + i];
            values[2 * i + 1] = (float) rejected[from + i];
        }
        return values;
    }

    private static Batch batch(int from, int pairs) {
        int rows = 2 * pairs;
        int[] row = new int[rows];
        long[] ids = new long[rows];
        float[] ones = new float[rows];
        for (int i = 0; i < rows; i++) {
            row[i] = i;
            ids[i] = 2L * from + i;
            ones[i] = 1;
        }
        return new Batch(
                        new int[1],
                        new int[1],
                        List.of(new Segment(0, 1, Segment.NONE, 0)),
                        new Targets(new int[rows], new int[rows], ones, row),
                        ids)
                .with(Annotation.REFERENCE, turns(REFERENCE_CHOSEN, REFERENCE_REJECTED, from, pairs));
    }
}
