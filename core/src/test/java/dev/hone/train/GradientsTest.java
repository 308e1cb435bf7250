package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientsTest {
    /** Gradients [3, 4] and [12] are of norm √(9 + 16 + 144) = 13; clipped to 1, each is divided by 13 + 10⁻⁶. */
    @Test
    void allGradientsAreClippedTogether() {
        try (Scope scope = Scope.open()) {
            Parameter a = withGradient("a", 3, 4);
            Parameter b = withGradient("b", 12);
            Parameter idle = new Parameter("c", Tensor.of(new float[] {1}).trainable());
            Gradients gradients = new Gradients(List.of(a, b, idle));
            assertThat(gradients.norm()).isCloseTo(13, within(1e-6));
            gradients.clip(13, 20);
            assertThat(a.value().gradient().floats()).containsExactly(3, 4);
            gradients.clip(13, 1);
            assertThat(a.value().gradient().floats())
                    .containsExactly(new float[] {.230769217f, .307692289f}, within(1e-7f));
            assertThat(b.value().gradient().floats()).containsExactly(new float[] {.923076868f}, within(1e-7f));
            gradients.clear();
            assertThat(a.value().hasGradient()).isFalse();
            assertThat(gradients.norm()).isZero();
        }
    }

    @Test
    void theFirstGradientThatIsNonFiniteInBackwardIsNamed() {
        try (Scope scope = Scope.open()) {
            Parameter fine = withGradient("fine", 1);
            Parameter broken = withGradient("broken", 1, Float.NaN);
            Parameter huge = withGradient("huge", Float.POSITIVE_INFINITY);
            assertThat(new Gradients(List.of(huge, broken, fine)).lastNonFinite())
                    .isEqualTo("broken");
            assertThat(new Gradients(List.of(fine, broken)).norm()).isNaN();
            assertThat(new Gradients(List.of(fine, huge)).norm()).isInfinite();
            assertThat(new Gradients(List.of(fine)).lastNonFinite()).isEmpty();
        }
    }

    private static Parameter withGradient(String name, float... gradient) {
        Tensor value = Tensor.zeros(DType.F32, gradient.length).trainable();
        value.addGradient(Tensor.of(gradient));
        return new Parameter(name, value);
    }
}
