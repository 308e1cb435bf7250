package dev.hone.objective;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Tensor;
import java.util.List;

/**
 * Two pairs whose token log-probabilities are given: c = [.5, −.1] and r = [−.3, 0] against the reference. The losses that
 * tests expect of them are TRL's.
 */
final class PairFixture {
    static final float[] POLICY = {-.5f, -.2f, -.3f, -.9f, -.6f, -1, -.4f, -.3f, -.3f, -.6f};
    static final float[] REFERENCE = {-.6f, -.4f, -.5f, -.7f, -.5f, -.8f, -.5f, -.4f, -.4f, -.4f};
    private static final int[] ROWS = {0, 0, 0, 1, 1, 2, 2, 3, 3, 3};

    private PairFixture() {}

    static Batch batch() {
        int count = ROWS.length;
        float[] ones = new float[count];
        java.util.Arrays.fill(ones, 1);
        Targets targets = new Targets(new int[count], new int[count], ones, ROWS);
        return new Batch(new int[1], new int[1], List.of(new Segment(0, 1, Segment.NONE, 0)), targets, new long[] {
                    0, 1, 2, 3
                })
                .with(Annotation.REFERENCE, REFERENCE);
    }

    static Scores policy() {
        return new Scores(Tensor.of(POLICY, POLICY.length), batch().targets());
    }

    /** The loss of the batch, as training would see it. */
    static double loss(Objective given) {
        Batch batch = batch();
        Objective objective = given.needsFirstPass() ? given.afterFirstPass(List.of(policy()), List.of(batch)) : given;
        double loss = 0;
        for (var sum : objective.sums(policy(), batch).entrySet()) {
            loss += sum.getValue().scalar() / objective.weights(batch).get(sum.getKey());
        }
        return loss;
    }
}
