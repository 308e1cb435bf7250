package dev.hone.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.ForwardContext;
import dev.hone.model.Linear;
import dev.hone.model.Rope;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Numbers that PEFT 0.21 gives, small enough to follow: W = [[1 2 3] [4 5 6]], b = [½ −½], A = [[1 0 −1] [½ ½ 0]], B = [[1
 * 2] [0 −1]], rank 2, alpha 4, x = [1 −1 2]. So the scale is 2, A·x = [−1 0] and the change of y is 2 · B·[−1 0] = [−2 0].
 */
class LoraDeltaTest {
    private static final AdapterConfig CONFIG = new AdapterConfig(2, 4, 0, List.of("q_proj"), false);

    private Scope scope;
    private LoraDelta change;
    private Linear linear;
    private Tensor x;

    @BeforeEach
    void open() {
        scope = Scope.open();
        change = new LoraDelta(
                parameter("q_proj.lora_A.weight", new float[] {1, 0, -1, .5f, .5f, 0}, 2, 3),
                parameter("q_proj.lora_B.weight", new float[] {1, 2, 0, -1}, 2, 2),
                CONFIG.scale());
        linear = new Linear(
                "q_proj",
                new Parameter("q_proj.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)),
                new Parameter("q_proj.bias", Tensor.of(new float[] {.5f, -.5f})));
        x = Tensor.of(new float[] {1, -1, 2}, 1, 3);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theChangeIsAddedToTheBase() {
        assertThat(linear.apply(x, pass(null)).floats()).containsExactly(5.5f, 10.5f);
        assertThat(linear.apply(x, pass(adapter("q_proj"))).floats()).containsExactly(3.5f, 10.5f);
        assertThat(linear.apply(x, pass(adapter("k_proj"))).floats()).containsExactly(5.5f, 10.5f);
    }

    @Test
    void asAMatrixItIsTheScaledProduct() {
        assertThat(change.delta().floats()).containsExactly(4, 2, -2, -1, -1, 0);
        assertThat(change.rank()).isEqualTo(2);
    }

    @Test
    void gradientsOfTheSumOfTheOutputsAreTheReferences() {
        linear.apply(x, pass(adapter("q_proj"))).sum().backward();
        assertThat(change.down().value().gradient().floats()).containsExactly(2, -2, 4, 2, -2, 4);
        assertThat(change.up().value().gradient().floats()).containsExactly(-2, 0, -2, 0);
        assertThat(linear.weight().value().hasGradient()).isFalse();
    }

    /** With ∂L/∂y = [1 1]: ∂L/∂x = Wᵀ·[1 1] + 2 · Aᵀ·Bᵀ·[1 1] = [5 7 9] + [3 1 −2]. */
    @Test
    void theBackwardByHandIsTheGraphs() {
        ForwardContext pass = pass(adapter("q_proj"));
        Tensor ones = Tensor.ones(DType.F32, 1, 2);
        assertThat(linear.isTrained(pass)).isTrue();
        assertThat(back(ones, null, pass).floats()).containsExactly(8, 8, 7);
        assertThat(change.down().value().gradient().floats()).containsExactly(2, -2, 4, 2, -2, 4);
        assertThat(change.up().value().gradient().floats()).containsExactly(-2, 0, -2, 0);
        assertThat(linear.weight().value().hasGradient()).isFalse();
        assertThat(linear.bias().value().hasGradient()).isFalse();

        Tensor sum = Tensor.ones(DType.F32, 1, 3);
        assertThat(back(ones, sum, pass).floats()).containsExactly(9, 9, 8);
        assertThat(sum.floats()).containsExactly(9, 9, 8);
        assertThat(change.down().value().gradient().floats()).containsExactly(4, -4, 8, 4, -4, 8);
        assertThat(change.up().value().gradient().floats()).containsExactly(-4, 0, -4, 0);
    }

    /** ∂L/∂W = ∂L/∂y · xᵀ and ∂L/∂b = ∂L/∂y. */
    @Test
    void weightAndBiasGetTheirGradientsWhereTheyAreTrained() {
        ForwardContext pass = pass(null);
        assertThat(linear.isTrained(pass)).isFalse();
        linear.weight().value().trainable();
        linear.bias().value().trainable();
        assertThat(linear.isTrained(pass)).isTrue();
        Tensor gradient = Tensor.of(new float[] {1, 3}, 1, 2);
        for (int time = 1; time <= 2; time++) {
            assertThat(back(gradient, null, pass).floats()).containsExactly(13, 17, 21);
            assertThat(linear.weight().value().gradient().floats())
                    .containsExactly(time, -time, 2 * time, 3 * time, -3 * time, 6 * time);
            assertThat(linear.bias().value().gradient().floats()).containsExactly(time, 3 * time);
        }
        assertThat(change.down().value().hasGradient()).isFalse();
    }

    private Tensor back(Tensor gradient, @Nullable Tensor sum, ForwardContext pass) {
        return Autograd.without(() -> linear.backward(gradient, x, sum, pass));
    }

    @Test
    void theScaleIsAlphaOverRankOrOverItsRoot() {
        assertThat(CONFIG.scale()).isEqualTo(2);
        assertThat(new AdapterConfig(2, 4, 0, List.of("q_proj"), true).scale()).isCloseTo(2.8284271, within(1e-7));
    }

    @Test
    void aTargetIsTheEndOfAModulesName() {
        AdapterConfig some = new AdapterConfig(2, 4, 0, List.of("q_proj", "layers.1.mlp.up_proj"), false);
        assertThat(some.covers("model.layers.0.self_attn.q_proj")).isTrue();
        assertThat(some.covers("model.layers.1.mlp.up_proj")).isTrue();
        assertThat(some.covers("model.layers.0.mlp.up_proj")).isFalse();
        assertThat(some.covers("model.layers.0.self_attn.fq_proj")).isFalse();
        assertThat(AdapterConfig.standard().covers("model.layers.0.mlp.up_proj"))
                .isTrue();
        assertThatThrownBy(() -> new Adapter(CONFIG, Map.of()))
                .hasMessageContaining("no module of this model is named by the adapter's targets [q_proj]");
    }

    private Adapter adapter(String module) {
        return new Adapter(CONFIG, Map.of(module, change));
    }

    private static ForwardContext pass(@Nullable Adapter adapter) {
        Rope.Rotation turn = new Rope(4, 1e4, RopeScaling.NONE).at(new int[] {0}, DType.F32);
        return new ForwardContext(rope -> turn, new SegmentAttention(List.of()), adapter, null);
    }

    private static Parameter parameter(String name, float[] values, long... shape) {
        return new Parameter(name, Tensor.of(values, shape).trainable());
    }
}
