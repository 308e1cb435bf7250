package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void whatWasMadeInAScopeEndsWithIt() {
        Tensor made;
        Tensor derived;
        try (Scope scope = Scope.open()) {
            made = Tensor.of(new float[] {1, 2});
            derived = made.plus(1);
            assertThat(derived.floats()).containsExactly(2, 3);
        }
        assertThat(isFreed(made)).isTrue();
        assertThat(isFreed(derived)).isTrue();
    }

    @Test
    void whatIsKeptLivesUntilItIsClosed() {
        Tensor kept;
        try (Scope scope = Scope.open()) {
            kept = Tensor.of(new float[] {1, 2}).keep();
        }
        assertThat(kept.floats()).containsExactly(1, 2);
        kept.close();
        assertThat(isFreed(kept)).isTrue();
    }

    @Test
    void anInnerScopeFreesItsOwnAndLeavesTheOuterOnes() {
        try (Scope outer = Scope.open()) {
            Tensor before = Tensor.of(new float[] {1});
            Tensor inside;
            try (Scope inner = Scope.open()) {
                inside = before.plus(1);
            }
            Tensor after = before.plus(2);
            assertThat(isFreed(inside)).isTrue();
            assertThat(before.floats()).containsExactly(1);
            assertThat(after.floats()).containsExactly(3);
        }
    }

    @Test
    void aReturnedTensorBelongsToTheEnclosingScope() {
        List<Tensor> inside = new ArrayList<>();
        Tensor result;
        try (Scope outer = Scope.open()) {
            result = Scope.returning(() -> {
                inside.add(Tensor.of(new float[] {1, 2}));
                return inside.get(0).times(3);
            });
            assertThat(result.floats()).containsExactly(3, 6);
            assertThat(isFreed(inside.get(0))).isTrue();
        }
        assertThat(isFreed(result)).isTrue();
    }

    @Test
    void returningPassesThroughSeveralScopes() {
        Tensor result;
        try (Scope outer = Scope.open()) {
            Tensor own = Tensor.of(new float[] {5});
            result = Scope.returning(() -> Scope.returning(() -> own.plus(1)));
            Tensor same = Scope.returning(() -> own);
            assertThat(result.floats()).containsExactly(6);
            assertThat(same.floats()).containsExactly(5);
        }
        assertThat(isFreed(result)).isTrue();
    }

    @Test
    void withoutAnEnclosingScopeTheCallerClosesWhatIsReturned() {
        Tensor result = Scope.returning(() -> Tensor.of(new float[] {1}).plus(1));
        assertThat(result.floats()).containsExactly(2);
        result.close();
        assertThat(isFreed(result)).isTrue();
    }

    /** d(x · x · x)/dx at 2 is 12, though no handle of x · x is left. */
    @Test
    void freeingAHandleDoesNotBreakTheGraph() {
        try (Scope outer = Scope.open()) {
            Tensor x = Tensor.of(new float[] {2}).trainable();
            Tensor cube = Scope.returning(() -> x.times(x).times(x));
            cube.backward();
            assertThat(x.gradient().floats()).containsExactly(12);
        }
    }

    @Test
    void aScopeEndsAlsoWhenItsBodyFails() {
        List<Tensor> inside = new ArrayList<>();
        try (Scope outer = Scope.open()) {
            assertThatThrownBy(() -> Scope.returning(() -> {
                        inside.add(Tensor.of(new float[] {1}));
                        throw new IllegalStateException("no result");
                    }))
                    .hasMessage("no result");
            assertThat(isFreed(inside.get(0))).isTrue();
            assertThat(Tensor.of(new float[] {4}).floats()).containsExactly(4);
        }
    }

    private static boolean isFreed(Tensor tensor) {
        return tensor.handle().isNull();
    }
}
