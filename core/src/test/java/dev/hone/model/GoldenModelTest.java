package dev.hone.model;

import static dev.hone.testkit.GoldenModels.ROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.RopeScaling;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers that transformers 5.18 gives for the golden models, in float32. */
class GoldenModelTest {
    private static final double TOLERANCE = 1e-4;

    @Test
    void llamaGivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.a(),
                149.84491,
                new double[] {.601554, .492258, .318742, .103643},
                -4.659306,
                -4.003035,
                -3.180084,
                -2.865510,
                -4.600258,
                -4.502760,
                -3.590387);
    }

    @Test
    void tiedLlamaWithLlama3RopeGivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.b(),
                168.94450,
                new double[] {1.031124, .809430, .482139, .091947},
                -2.773469,
                -3.553861,
                -2.891586,
                -2.554909,
                -2.763542,
                -3.013083,
                -2.769845);
    }

    @Test
    void qwen2GivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.c(),
                143.63922,
                new double[] {.227148, .555540, .811457, .961510},
                -3.806159,
                -4.765460,
                -3.737078,
                -2.790037,
                -2.971913,
                -3.331512,
                -3.711225);
    }

    @Test
    void qwen3GivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.d(),
                44.19405,
                new double[] {-.132507, -.159305, -.165320, -.149767},
                -3.425097,
                -3.539480,
                -3.694536,
                -3.532466,
                -3.644494,
                -3.512746,
                -3.693728);
    }

    /** The first four are {@code a}'s: a window of four takes nothing from them yet. */
    @Test
    void mistralGivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.e(),
                145.81055,
                new double[] {-.047412, .187841, .398588, .557335},
                -4.659306,
                -4.003035,
                -3.180084,
                -2.865510,
                -4.453710,
                -4.624860,
                -4.165506);
    }

    @Test
    void gemma2GivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.f(),
                127.86274,
                new double[] {-.330178, -.604363, -.799653, -.890630},
                -3.601151,
                -4.458575,
                -3.170478,
                -3.440321,
                -3.466360,
                -3.687784,
                -3.544129);
    }

    @Test
    void gemma3GivesTheReferenceLogProbabilities() {
        check(
                GoldenModels.g(),
                118.85020,
                new double[] {-.039936, -.105375, -.157067, -.188268},
                -4.421722,
                -4.443589,
                -2.635611,
                -2.877862,
                -3.449139,
                -3.429852,
                -2.722213);
    }

    private static void check(ModelConfig config, double absoluteSum, double[] lastLogits, double... logProbabilities) {
        try (Scope scope = Scope.open()) {
            LanguageModel model = GoldenModels.frozen(config);
            Batch batch = Batch.of(List.of(Example.ofText(0, ROW)));
            float[] scores = model.score(batch, null).logProbabilities().floats();
            for (int i = 0; i < logProbabilities.length; i++) {
                assertThat((double) scores[i]).isCloseTo(logProbabilities[i], within(TOLERANCE));
            }
            Tensor logits = model.head().logits(model.hidden(batch, null));
            assertThat(logits.abs().sum().scalar()).isCloseTo(absoluteSum, within(1e-3));
            float[] last = logits.narrow(0, 7, 1).floats();
            for (int i = 0; i < lastLogits.length; i++) {
                assertThat((double) last[i]).isCloseTo(lastLogits[i], within(TOLERANCE));
            }
        }
    }

    /** q = [1, 2, 3, 4], θ = 10⁴, d = 4. */
    @Test
    void rotationGivesTheReferenceVectors() {
        try (Scope scope = Scope.open()) {
            Rope rope = new Rope(4, 1e4, RopeScaling.NONE);
            float[] turned = rope.at(new int[] {1, 2, 3}, dev.hone.tensor.DType.F32)
                    .apply(Tensor.of(new float[] {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}, 3, 1, 4))
                    .floats();
            float[] expected = {
                -1.984111f,
                1.959901f,
                2.462378f,
                4.0198f,
                -3.144039f,
                1.919605f,
                -.339143f,
                4.039197f,
                -1.413352f,
                1.879118f,
                -2.828857f,
                4.058191f
            };
            assertThat(turned).containsExactly(expected, within(1e-5f));
        }
    }

    /** Llama 3.2 1B: θ = 5·10⁵, d = 64, factor 32, low 1, high 4, original context 8192. */
    @Test
    void llama3ScalingGivesTheReferenceFrequencies() {
        float[] f = new Rope(64, 5e5, new RopeScaling.Llama3(32, 1, 4, 8192)).frequencies();
        int[] index = {0, 8, 14, 15, 16, 17, 18, 20, 31};
        double[] expected = {
            1.0,
            .037606031,
            .0032114461,
            .001290548,
            .00042955671,
            9.7082862e-5,
            1.9461639e-5,
            8.5702559e-6,
            9.4183065e-8
        };
        for (int i = 0; i < index.length; i++) {
            assertThat((double) f[index[i]]).isCloseTo(expected[i], within(expected[i] * 1e-5));
        }
    }

    @Test
    void parameterCountsEqualThePublishedOnes() {
        // Counted by formula for Qwen2.5-7B: 7,615,616,512; checked here on the tiny shape by hand:
        // 32·16 + 2·(2·16·16 + 2·16·8 + 3·16·24 + 2·16) + 16 + 32·16 = 4,944
        assertThat(GoldenModels.a().parameterCount()).isEqualTo(4944);
    }
}
