package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RmsNormTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /**
     * x = [1 7] has a mean square of 25, so s = 1/5 and u = [0.2 1.4]. With ∂L/∂y = [1 0] and w = [2 1], g = [2 0], mean(g · u) =
     * 0.2, ∂L/∂x = 0.2 · ([2 0] − 0.2 · u) = [0.392 −0.056] and ∂L/∂w = [0.2 0].
     */
    @Test
    void backwardByHand() {
        RmsNorm norm =
                new RmsNorm(new Parameter("norm", Tensor.of(new float[] {2, 1}).trainable()), 1e-12);
        Tensor x = Tensor.of(new float[] {1, 7}, 1, 2);
        assertThat(norm.apply(x).floats()).containsExactly(new float[] {.4f, 1.4f}, within(1e-6f));
        assertThat(back(norm, Tensor.of(new float[] {1, 0}, 1, 2), x).floats())
                .containsExactly(new float[] {.392f, -.056f}, within(1e-6f));
        assertThat(norm.weight().value().gradient().floats()).containsExactly(new float[] {.2f, 0}, within(1e-6f));
    }

    /** The epsilon is large enough to matter; two ways back add up. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void backwardIsThatOfTheGraph(boolean trained) {
        Tensor weight = GoldenModels.sine(1, 1, 6);
        RmsNorm norm = new RmsNorm(new Parameter("norm", trained ? weight.trainable() : weight), 0.01);
        Tensor x = GoldenModels.sine(2, 0.05, 4, 6).trainable();
        Tensor gradient = GoldenModels.sine(3, 0, 4, 6);
        norm.apply(x).backward(gradient);
        float[] toWeight = trained ? weight.gradient().times(2).floats() : null;
        weight.clearGradient();
        for (int time = 0; time < 2; time++) {
            Tensor toX = back(norm, gradient.copy(), x.detach());
            FeedForwardTest.requireLike("x", toX.floats(), x.gradient().floats(), 1e-6);
        }
        assertThat(weight.hasGradient()).isEqualTo(trained);
        if (trained) {
            FeedForwardTest.requireLike("w", weight.gradient().floats(), toWeight, 1e-6);
        }
    }

    private static Tensor back(RmsNorm norm, Tensor gradient, Tensor x) {
        return Autograd.without(() -> norm.backward(gradient, x));
    }
}
