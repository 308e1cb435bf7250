package dev.hone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.model.LanguageModel;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    /** σ(ln 9) = 9/10. */
    private static final float NINE = (float) Math.log(9);
    /** σ(ln 3/2) = 3/5. */
    private static final float SIX = (float) Math.log(1.5);

    /**
     * Confidence .9 three times, two of them right; .6 once, right. In two bins:
     * (3 · |2/3 − .9| + 1 · |1 − .6|) / 4 = (.7 + .4) / 4 = .275.
     */
    @Test
    void theErrorIsTheDistanceOfAccuracyAndConfidenceBinByBin() {
        Calibration found = Calibration.of(new float[] {NINE, 2 + NINE, 0, SIX}, new float[] {0, 2, NINE, 0}, 2);
        assertThat(found.pairs()).isEqualTo(4);
        assertThat(found.right()).isEqualTo(3);
        assertThat(found.accuracy()).isEqualTo(.75);
        assertThat(found.error()).isCloseTo(.275, within(1e-6));
        Calibration.Bin unsure = found.bins().get(0);
        assertThat(unsure.from()).isEqualTo(.5);
        assertThat(unsure.to()).isEqualTo(.75);
        assertThat(unsure.pairs()).isEqualTo(1);
        assertThat(unsure.accuracy()).isEqualTo(1);
        assertThat(unsure.confidence()).isCloseTo(.6, within(1e-6));
        Calibration.Bin sure = found.bins().get(1);
        assertThat(sure.to()).isEqualTo(1);
        assertThat(sure.pairs()).isEqualTo(3);
        assertThat(sure.right()).isEqualTo(2);
        assertThat(sure.confidence()).isCloseTo(.9, within(1e-6));
    }

    /** Ten pairs of confidence .9, nine of them right: the model knows itself. */
    @Test
    void whoIsRightAsOftenAsItIsSureHasNoError() {
        float[] chosen = new float[10];
        java.util.Arrays.fill(chosen, NINE);
        float[] rejected = new float[10];
        chosen[3] = 0;
        rejected[3] = NINE;
        assertThat(Calibration.of(chosen, rejected, 5).error()).isCloseTo(0, within(1e-6));
    }

    /** Equal scores: confidence ½ in the first bin, and not right. Scores far apart: confidence 1 in the last. */
    @Test
    void theEndsOfTheScaleBelongToABin() {
        Calibration found = Calibration.of(new float[] {1, 500}, new float[] {1, -500}, 10);
        assertThat(found.right()).isEqualTo(1);
        assertThat(found.bins().get(0).pairs()).isEqualTo(1);
        assertThat(found.bins().get(9).pairs()).isEqualTo(1);
        assertThat(found.bins().get(5).pairs()).isZero();
        assertThat(found.error()).isCloseTo(.25, within(1e-6));
    }

    @Test
    void pairsAreComparedByTheModelsScores() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a().scoring(31));
        Pair first = new Pair(example(0, 1, 5, 9), example(1, 1, 5, 13), 0);
        Pair second = new Pair(example(2, 2, 3), example(3, 2, 4, 6), 0);
        Calibration found = Calibration.of(
                model,
                null,
                List.of(Pair.batch(List.of(first), TargetKind.WHOLE), Pair.batch(List.of(second), TargetKind.WHOLE)),
                10);
        try (Scope scope = Scope.open()) {
            float[] scores = model.score(
                            Batch.ofWhole(
                                    List.of(first.chosen(), second.chosen(), first.rejected(), second.rejected())),
                            null)
                    .rewards()
                    .floats();
            Calibration expected =
                    Calibration.of(new float[] {scores[0], scores[1]}, new float[] {scores[2], scores[3]}, 10);
            assertThat(found.right()).isEqualTo(expected.right());
            assertThat(found.error()).isCloseTo(expected.error(), within(1e-6));
        }
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a().scoring(31));
        Batch texts = Batch.of(List.of(Example.ofText(0, new int[] {1, 5, 9}), Example.ofText(1, new int[] {1, 2})));
        assertThatThrownBy(() -> Calibration.of(model, null, List.of(texts), 10))
                .hasMessageContaining("3 targets for 2 rows");
        assertThatThrownBy(() -> Calibration.of(new float[0], new float[0], 10)).hasMessageContaining("no pairs");
        assertThatThrownBy(() -> Calibration.of(new float[] {Float.NaN}, new float[1], 10))
                .hasMessageContaining("scores of pair 0 (NaN, 0.0)");
        assertThatThrownBy(() -> Calibration.of(new float[1], new float[1], 0)).hasMessageContaining("bins (0)");
    }

    private static Example example(long row, int... tokens) {
        return new Example(row, tokens, new float[tokens.length]);
    }
}
