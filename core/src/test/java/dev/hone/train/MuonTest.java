package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MuonTest {
    private static final AdamW.Config ADAMW = new AdamW.Config(0.9, 0.999, 1e-8, 0);
    private static final float[] GRADIENT = {.1f, -.2f, .3f, .4f, .5f, -.6f};

    /** What the reference gives in float64. */
    @Test
    void theOrthogonalMatrixEqualsTheReference() {
        try (Scope scope = Scope.open()) {
            Tensor orthogonal = Muon.orthogonal(Tensor.of(GRADIENT, 2, 3));
            assertThat(orthogonal.floats())
                    .containsExactly(
                            new float[] {.515021f, -.218471f, .421349f, .468156f, .382302f, -.421305f}, within(2e-6f));
        }
    }

    @Test
    void aTallMatrixIsTheWideOneTransposed() {
        try (Scope scope = Scope.open()) {
            Tensor wide = Tensor.of(GRADIENT, 2, 3);
            assertThat(Muon.orthogonal(wide.transpose(0, 1))
                            .transpose(0, 1)
                            .contiguous()
                            .floats())
                    .containsExactly(Muon.orthogonal(wide).floats(), within(1e-7f));
        }
    }

    /** The first momentum is a multiple of the gradient, so θ moves by η · 0.2·√3 along the reference's matrix. */
    @Test
    void theFirstStepFollowsTheOrthogonalGradient() {
        try (Scope scope = Scope.open()) {
            Parameter p = matrix("model.layers.0.mlp.up_proj.weight");
            p.value().addGradient(Tensor.of(GRADIENT, 2, 3));
            new Muon(0.95, ADAMW, List.of(p)).step(0.02);
            double size = 0.02 * 0.2 * Math.sqrt(3);
            assertThat((double) p.value().floats()[0]).isCloseTo(1 - size * .515021, within(1e-6));
            assertThat((double) p.value().floats()[5]).isCloseTo(6 + size * .421305, within(1e-6));
        }
    }

    @Test
    void embeddingsHeadAndNormsGoToAdamW() {
        try (Scope scope = Scope.open()) {
            Parameter hidden = matrix("model.layers.0.mlp.up_proj.weight");
            Parameter embedding = matrix("model.embed_tokens.weight");
            Parameter norm = new Parameter(
                    "model.norm.weight", Tensor.of(new float[] {1}, 1).trainable());
            Muon muon = new Muon(0.95, ADAMW, List.of(hidden, embedding, norm));
            assertThat(muon.state().keySet())
                    .contains("model.layers.0.mlp.up_proj.weight.momentum", "model.embed_tokens.weight.first")
                    .contains("model.norm.weight.second")
                    .doesNotContain("model.embed_tokens.weight.momentum", "model.layers.0.mlp.up_proj.weight.first");
        }
    }

    @Test
    void anOptimizerWithRestoredStateContinuesBitForBit() {
        try (Scope scope = Scope.open()) {
            Parameter one = matrix("a.weight");
            Muon straight = new Muon(0.95, ADAMW, List.of(one));
            learn(straight, one, GRADIENT);
            Map<String, Tensor> saved = new HashMap<>();
            straight.state().forEach((name, value) -> saved.put(name, value.copy()));
            Parameter two =
                    new Parameter("a.weight", one.value().detach().copy().trainable());
            Muon resumed = new Muon(0.95, ADAMW, List.of(two));
            resumed.restore(saved::get);
            float[] next = {.3f, .1f, -.2f, 0, .2f, .5f};
            learn(straight, one, next);
            learn(resumed, two, next);
            assertThat(two.value().floats()).containsExactly(one.value().floats());
        }
    }

    private static void learn(Muon muon, Parameter p, float... gradient) {
        p.value().clearGradient();
        p.value().addGradient(Tensor.of(gradient, 2, 3));
        muon.step(0.02);
    }

    private static Parameter matrix(String name) {
        return new Parameter(
                name, Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).trainable());
    }
}
