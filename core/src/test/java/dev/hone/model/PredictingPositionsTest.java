package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.batch.Targets;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PredictingPositionsTest {
    /** Positions 4, 1 and 4 again predict something: rows 1 and 4 are computed, and the targets find them in their order. */
    @Test
    void eachPositionIsTakenOnceAndEachTargetFindsIt() {
        try (Scope scope = Scope.open()) {
            PredictingPositions predicting =
                    PredictingPositions.of(new Targets(new int[] {4, 1, 4}, new int[3], new float[3], new int[3]));
            Tensor all = Tensor.of(new float[] {0, 10, 20, 30, 40}, 5, 1);
            Tensor some = predicting.ofAll(all);
            assertThat(some.floats()).containsExactly(10, 40);
            assertThat(predicting.ofTargets(some).floats()).containsExactly(40, 10, 40);
        }
    }

    @Test
    void withoutTargetsNothingIsTaken() {
        try (Scope scope = Scope.open()) {
            PredictingPositions predicting =
                    PredictingPositions.of(new Targets(new int[0], new int[0], new float[0], new int[0]));
            Tensor some = predicting.ofAll(Tensor.zeros(DType.F32, 5, 2));
            assertThat(some.shape()).containsExactly(0, 2);
            assertThat(predicting.ofTargets(some).shape()).containsExactly(0, 2);
        }
    }
}
