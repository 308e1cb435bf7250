package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private static final AdamW.Config DECAYING = new AdamW.Config(0.9, 0.999, 1e-8, 0.01);

    /** θ = [1, −2, 0.5], η = 0.1, λ = 0.01: what torch gives in float64. */
    @Test
    void twoStepsEqualThoseOfTorch() {
        try (Scope scope = Scope.open()) {
            Parameter p = parameter("layer.weight", 1, -2, 0.5f);
            AdamW optimizer = new AdamW(DECAYING, List.of(p));
            step(optimizer, p, 0.1, 0.1f, -0.2f, 0);
            assertThat(p.value().floats()).containsExactly(new float[] {.899f, -1.898f, .4995f}, within(1e-6f));
            step(optimizer, p, 0.1, 0.3f, 0.1f, -0.4f);
            assertThat(p.value().floats())
                    .containsExactly(new float[] {.806322902f, -1.869468303f, .573414180f}, within(1e-6f));
        }
    }

    /** By hand: θ = 1, η = 0.01, λ = 0.1; the first step is 1 · (1 − 0.001) − 0.01 · 0.5 / 0.5. */
    @Test
    void aScalarFollowsTheFormulaStepByStep() {
        try (Scope scope = Scope.open()) {
            Parameter p = parameter("layer.weight", 1);
            AdamW optimizer = new AdamW(new AdamW.Config(0.9, 0.999, 1e-8, 0.1), List.of(p));
            float[] gradients = {.5f, .5f, -.25f};
            double[] first = {.05, .095, .0605};
            double[] second = {.00025, .00049975, .00056175025};
            double[] theta = {.989, .978011, .971876455};
            for (int t = 0; t < 3; t++) {
                step(optimizer, p, 0.01, gradients[t]);
                assertThat((double) optimizer.state().get("layer.weight.first").floats()[0])
                        .isCloseTo(first[t], within(1e-7));
                assertThat((double) optimizer.state().get("layer.weight.second").floats()[0])
                        .isCloseTo(second[t], within(1e-9));
                assertThat((double) p.value().floats()[0]).isCloseTo(theta[t], within(2e-7));
            }
        }
    }

    @Test
    void normsAndBiasesDoNotDecayAndAWeightWithoutGradientIsLeftAlone() {
        try (Scope scope = Scope.open()) {
            Parameter matrix = parameter("model.layers.0.mlp.up_proj.weight", 1);
            Parameter norm = parameter("model.layers.0.input_layernorm.weight", 1);
            Parameter headNorm = parameter("model.layers.0.self_attn.q_norm.weight", 1);
            Parameter bias = parameter("model.layers.0.self_attn.q_proj.bias", 1);
            Parameter idle = parameter("lm_head.weight", 1);
            List<Parameter> all = List.of(matrix, norm, headNorm, bias, idle);
            AdamW optimizer = new AdamW(DECAYING, all);
            for (Parameter p : List.of(matrix, norm, headNorm, bias)) {
                p.value().addGradient(Tensor.of(new float[] {0}));
            }
            optimizer.step(0.1);
            assertThat(all.stream().map(p -> p.value().floats()[0])).containsExactly(.999f, 1f, 1f, 1f, 1f);
            assertThat(optimizer.state().get("lm_head.weight.steps").longs()).containsExactly(0);
            assertThat(optimizer
                            .state()
                            .get("model.layers.0.mlp.up_proj.weight.steps")
                            .longs())
                    .containsExactly(1);
        }
    }

    @Test
    void anOptimizerWithRestoredStateContinuesBitForBit() {
        try (Scope scope = Scope.open()) {
            Parameter straight = parameter("layer.weight", 1, -2, 0.5f);
            AdamW whole = new AdamW(DECAYING, List.of(straight));
            step(whole, straight, 0.1, 0.1f, -0.2f, 0.7f);
            step(whole, straight, 0.1, 0.3f, 0.1f, -0.4f);

            Parameter resumed = parameter("layer.weight", straight.value().floats());
            Map<String, Tensor> saved = new HashMap<>();
            whole.state().forEach((name, tensor) -> saved.put(name, tensor.copy()));
            AdamW second = new AdamW(DECAYING, List.of(resumed));
            second.restore(saved::get);
            for (int t = 0; t < 3; t++) {
                step(whole, straight, 0.05, 0.2f, -0.1f * t, 0.3f);
                step(second, resumed, 0.05, 0.2f, -0.1f * t, 0.3f);
                assertThat(resumed.value().floats())
                        .containsExactly(straight.value().floats());
            }
        }
    }

    @Test
    void settingsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new AdamW.Config(1, 0.999, 1e-8, 0)).hasMessageContaining("betas (1.0)");
        assertThatThrownBy(() -> new AdamW.Config(0.9, 0.999, 0, 0)).hasMessageContaining("epsilon (0.0)");
        assertThatThrownBy(() -> new AdamW.Config(0.9, 0.999, 1e-8, -1)).hasMessageContaining("weight-decay (-1.0)");
    }

    private static Parameter parameter(String name, float... values) {
        return new Parameter(name, Tensor.of(values).trainable());
    }

    private static void step(AdamW optimizer, Parameter p, double learningRate, float... gradient) {
        p.value().clearGradient();
        Autograd.withoutDo(() -> p.value().addGradient(Tensor.of(gradient)));
        optimizer.step(learningRate);
    }
}
