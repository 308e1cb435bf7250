package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four answers of one token against a reference of 0, so that a log-probability is a log-ratio; numbers from TRL. */
class KtoTest {
    private static final float[] ANSWERS = {.5f, -.1f, -.3f, 0};
    private static final float[] FOREIGN = {.2f, -.1f, .3f, 0};
    private static final float[] DESIRABLE = {1, 1, 0, 0};

    @Test
    void lossIsSeenFromTheMeanOfForeignAnswers() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new Kto(0.1, 1, 1), 4)).isCloseTo(.4956256, within(1e-6));
            assertThat(loss(new Kto(0.1, 1, 1.33), 4)).isCloseTo(.5770945, within(1e-6));
        }
    }

    @Test
    void theReferencePointIsTheWholeStepsHoweverItIsSplit() {
        try (Scope scope = Scope.open()) {
            assertThat(loss(new Kto(0.1, 1, 1), 1)).isCloseTo(.4956256, within(1e-6));
            assertThat(loss(new Kto(0.1, 1, 1), 2)).isCloseTo(.4956256, within(1e-6));
        }
    }

    @Test
    void foreignAnswersGetNoGradient() {
        try (Scope scope = Scope.open()) {
            Batch batch = batch(0, 4);
            Tensor leaf = scores(0, 4).logProbabilities().detach().trainable();
            new Kto(0.1, 1, 1)
                    .seenFrom(0.1)
                    .sums(new Scores(leaf, batch.targets()), batch)
                    .get(Term.LOSS)
                    .backward();
            float[] gradients = leaf.gradient().floats();
            for (int row = 0; row < 8; row++) {
                assertThat(gradients[row] == 0).as("row %d", row).isEqualTo(row % 2 == 1);
            }
            assertThat(gradients[0]).isNegative();
            assertThat(gradients[4]).isPositive();
        }
    }

    /** The same answers in rows of their own: with the reference point at zero nothing foreign is asked. */
    @Test
    void apoZeroIsSeenFromTheReferenceItself() {
        try (Scope scope = Scope.open()) {
            ApoZeroUnpaired apo = new ApoZeroUnpaired(0.1, 1, 1);
            Batch batch = alone();
            Scores scores = new Scores(Tensor.of(ANSWERS), batch.targets());
            assertThat(apo.needsFirstPass()).isFalse();
            assertThat(apo.weights(batch)).containsEntry(Term.LOSS, 4.0);
            assertThat(apo.sums(scores, batch).get(Term.LOSS).scalar() / 4).isCloseTo(.4956258, within(1e-6));
            assertThat(apo.measures(scores, batch)).containsEntry("rewards/accuracy", 3.0);
        }
    }

    /** ∓w·β·σ(βx)(1 − σ(βx)), by hand, with weights 1 and 2. */
    @Test
    void apoZeroRaisesDesirableAnswersAndLowersTheOthers() {
        try (Scope scope = Scope.open()) {
            Batch batch = alone();
            Tensor leaf = Tensor.of(ANSWERS).trainable();
            new ApoZeroUnpaired(0.1, 1, 2)
                    .sums(new Scores(leaf, batch.targets()), batch)
                    .get(Term.LOSS)
                    .backward();
            float[] gradients = leaf.gradient().floats();
            for (int i = 0; i < 4; i++) {
                double sigma = 1 / (1 + Math.exp(-0.1 * ANSWERS[i]));
                double gradient = 0.1 * sigma * (1 - sigma) * (DESIRABLE[i] == 1 ? -1 : 2);
                assertThat((double) gradients[i]).isCloseTo(gradient, within(1e-6));
            }
        }
    }

    private static Batch alone() {
        return new Batch(
                        new int[1],
                        new int[1],
                        List.of(new Segment(0, 1, Segment.NONE, 0)),
                        new Targets(new int[4], new int[4], new float[] {1, 1, 1, 1}, new int[] {0, 1, 2, 3}),
                        new long[4])
                .with(Annotation.REFERENCE, new float[4])
                .with(Annotation.DESIRABLE, DESIRABLE);
    }

    private static double loss(Kto kto, int size) {
        List<Batch> batches = java.util.stream.IntStream.range(0, 4 / size)
                .mapToObj(i -> batch(i * size, size))
                .toList();
        List<Scores> scores = java.util.stream.IntStream.range(0, 4 / size)
                .mapToObj(i -> scores(i * size, size))
                .toList();
        Objective objective = kto.afterFirstPass(scores, batches);
        double loss = 0;
        for (int i = 0; i < batches.size(); i++) {
            loss += objective.sums(scores.get(i), batches.get(i)).get(Term.LOSS).scalar() / 4;
        }
        return loss;
    }

    private static Scores scores(int from, int count) {
        float[] values = new float[2 * count];
        for (int i = 0; i < count; i++) {
            values[2 * i] = ANSWERS[from + i];
            values[2 * i + 1] = FOREIGN[from + i];
        }
        return new Scores(Tensor.of(values, values.length), batch(from, count).targets());
    }

    private static Batch batch(int from, int count) {
        int rows = 2 * count;
        int[] row = new int[rows];
        float[] ones = new float[rows];
        float[] desirable = new float[rows];
        for (int i = 0; i < rows; i++) {
            row[i] = i;
            ones[i] = 1;
            desirable[i] = DESIRABLE[from + i / 2];
        }
        return new Batch(
                        new int[1],
                        new int[1],
                        List.of(new Segment(0, 1, Segment.NONE, 0)),
                        new Targets(new int[rows], new int[rows], ones, row),
                        new long[rows])
                .with(Annotation.REFERENCE, new float[rows])
                .with(Annotation.DESIRABLE, desirable);
    }
}
