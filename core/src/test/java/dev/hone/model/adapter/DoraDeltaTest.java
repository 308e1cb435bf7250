package dev.hone.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.Dropout;
import dev.hone.model.ForwardContext;
import dev.hone.model.Linear;
import dev.hone.model.Rope;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Numbers that PEFT 0.21 gives with torch 2.13 in float32, for the matrices of {@link LoraDeltaTest}: W = [[1 2 3] [4 5 6]], b =
 * [½ −½], A = [[1 0 −1] [½ ½ 0]], B = [[1 2] [0 −1]], rank 2, alpha 4. Row norms of W are √14 and √77; W + ΔW = [[5 4 1] [3 4 6]]
 * has √42 and √61.
 */
class DoraDeltaTest {
    private static final float[] NORMS = {3.7416575f, 8.774964f};

    private static final AdapterConfig CONFIG = new AdapterConfig(AdapterType.DORA, 2, 4, 0, List.of("q_proj"), false);

    private Scope scope;
    private Linear linear;
    private Tensor x;

    @BeforeEach
    void open() {
        scope = Scope.open();
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

    private static DoraDelta delta(float... magnitude) {
        return new DoraDelta(
                new LoraDelta(
                        parameter("q_proj.lora_A.weight", new float[] {1, 0, -1, .5f, .5f, 0}, 2, 3),
                        parameter("q_proj.lora_B.weight", new float[] {1, 2, 0, -1}, 2, 2),
                        CONFIG.scale()),
                parameter("q_proj.lora_magnitude_vector", magnitude, 2));
    }

    private static Parameter parameter(String name, float[] values, long... shape) {
        return new Parameter(name, Tensor.of(values, shape).trainable());
    }

    private DoraDelta fresh() {
        DeltaType.Target target = new DeltaType.Target("q_proj", 3, 2, module -> linear.weight());
        return (DoraDelta) DoraDelta.TYPE.fresh(target, CONFIG, 7);
    }

    @Test
    void aFreshDeltaHasTheNormsOfTheBaseAndChangesNotASingleBit() {
        DoraDelta fresh = fresh();
        assertThat(fresh.magnitude().name()).isEqualTo("q_proj.lora_magnitude_vector");
        assertThat(fresh.magnitude().value().floats()).containsExactly(NORMS, within(1e-6f));
        assertThat(fresh.changesNothing(linear.weight())).isTrue();
        assertThat(linear.apply(x, pass(fresh)).floats()).containsExactly(5.5f, 10.5f);
        fresh.magnitude().value().timesInPlace(2);
        assertThat(fresh.changesNothing(linear.weight())).isFalse();
        assertThat(delta(NORMS).changesNothing(linear.weight())).isFalse();
    }

    @Test
    void outputsAreTheReferences() {
        assertThat(linear.apply(x, pass(delta(NORMS))).floats())
                .containsExactly(new float[] {2.232051f, 11.858709f}, within(1e-5f));
        Tensor two = Tensor.of(new float[] {1, -1, 2, .5f, 2, -1}, 2, 3);
        assertThat(linear.apply(two, pass(delta(3, 10))).floats())
                .containsExactly(new float[] {1.88873f, 13.584057f, 4.8976455f, 3.981291f}, within(1e-5f));
    }

    /** Weights held in 16 bits, whose norms are those of their values, and no bias. */
    @Test
    void aBaseOfAnotherTypeAndWithoutABiasIsAdaptedToo() {
        Linear plain = new Linear(
                "q_proj", new Parameter("q_proj.weight", linear.weight().value().to(DType.BF16)), null);
        assertThat(plain.apply(x, pass(delta(NORMS))).floats())
                .containsExactly(new float[] {1.732051f, 12.358709f}, within(1e-5f));
    }

    @Test
    void gradientsOfTheSumOfTheOutputsAreTheReferences() {
        DoraDelta delta = delta(NORMS);
        linear.apply(x, pass(delta)).sum().backward();
        requireReferenceGradients(delta);
        DoraDelta byHand = delta(NORMS);
        Tensor toX = back(byHand, Tensor.ones(DType.F32, 1, 2), x);
        requireReferenceGradients(byHand);
        assertThat(toX.floats()).containsExactly(new float[] {6.2573085f, 6.8034773f, 7.3184648f}, within(1e-5f));
    }

    private static void requireReferenceGradients(DoraDelta delta) {
        assertThat(delta.low().down().value().gradient().floats())
                .containsExactly(
                        new float[] {1.154701f, -1.154701f, 2.309401f, .062363f, -.062363f, .124726f}, within(1e-5f));
        assertThat(delta.low().up().value().gradient().floats())
                .containsExactly(new float[] {-1.154701f, 0, -2.247038f, 0}, within(1e-5f));
        assertThat(delta.magnitude().value().gradient().floats())
                .containsExactly(new float[] {.46291f, 1.408406f}, within(1e-5f));
    }

    /** Two tokens, m = [3 10] and ∂L/∂y = [[1 3] [−2 ½]]; the inputs' gradient is added to a sum. */
    @Test
    void theBackwardByHandIsTheReferencesAndTheGraphs() {
        Tensor two = Tensor.of(new float[] {1, -1, 2, .5f, 2, -1}, 2, 3);
        Tensor gradient = Tensor.of(new float[] {1, 3, -2, .5f}, 2, 2);
        DoraDelta byHand = delta(3, 10);
        Tensor toX = back(byHand, gradient, two);
        assertThat(gradient.floats()).containsExactly(1, 3, -2, .5f);
        assertThat(toX.floats())
                .containsExactly(
                        new float[] {13.83787f, 17.216064f, 23.50955f, -2.7085474f, -1.1425428f, 2.9152863f},
                        within(1e-4f));
        assertThat(byHand.low().down().value().gradient().floats())
                .containsExactly(
                        new float[] {0, -4.629101f, 3.7032805f, -8.322397f, -4.136726f, -6.677496f}, within(1e-4f));
        assertThat(byHand.low().up().value().gradient().floats())
                .containsExactly(new float[] {-3.7032805f, -2.3145504f, -5.7616596f, 1.600461f}, within(1e-4f));
        assertThat(byHand.magnitude().value().gradient().floats())
                .containsExactly(new float[] {-2.4688537f, 4.4492817f}, within(1e-4f));

        DoraDelta graph = delta(3, 10);
        Tensor leaf = two.copy().trainable();
        linear.apply(leaf, pass(graph)).backward(gradient);
        assertThat(leaf.gradient().floats()).containsExactly(toX.floats(), within(1e-5f));
        for (int i = 0; i < 3; i++) {
            assertThat(graph.weights().get(i).value().gradient().floats())
                    .containsExactly(byHand.weights().get(i).value().gradient().floats(), within(1e-5f));
        }
    }

    private Tensor back(DoraDelta delta, Tensor gradient, Tensor inputs) {
        return Autograd.without(() -> linear.backward(gradient, inputs, null, pass(delta)));
    }

    /** With the inputs [2 −2 4] after dropout: base(x) + (g − 1) ⊙ W·[2 −2 4] + g ⊙ ΔW·[2 −2 4]. */
    @Test
    void withDropoutTheBasesOwnOutputStays() {
        DoraDelta delta = delta(NORMS);
        Tensor y = linear.weight().product(x, linear.bias());
        float[] dropped = delta.apply(y, x, x.times(2), linear).floats();
        // W·x = [5 11], ΔW·x = [−2 0], g = [√(14/42) √(77/61)]
        float g1 = (float) Math.sqrt(14 / 42.0);
        float g2 = (float) Math.sqrt(77 / 61.0);
        assertThat(dropped)
                .containsExactly(new float[] {5.5f + (g1 - 1) * 10 - g1 * 4, 10.5f + (g2 - 1) * 22}, within(1e-5f));
    }

    @Test
    void mergedWeightsAreTheReferences() {
        assertThat(merged(delta(NORMS)))
                .containsExactly(
                        new float[] {2.886752f, 2.309401f, .57735f, 3.370557f, 4.494076f, 6.741115f}, within(1e-5f));
        assertThat(merged(delta(3, 10)))
                .containsExactly(
                        new float[] {2.3145504f, 1.8516402f, .46291006f, 3.8411064f, 5.1214752f, 7.682213f},
                        within(1e-5f));
    }

    private float[] merged(DoraDelta delta) {
        Tensor weight = linear.weight().value();
        return Autograd.without(() -> weight.plus(delta.delta(weight)).floats());
    }

    /** A quarter of one and three quarters of the other, of the merged weights. */
    @Test
    void aMixOfTwoMergesToTheMixOfTheirMergedWeights() {
        DoraDelta one = delta(3, 10);
        DoraDelta two = fresh();
        two.magnitude().value().detach().copyInPlace(Tensor.of(new float[] {5, 6}));
        two.low().up().value().detach().copyInPlace(Tensor.of(new float[] {.3f, -.2f, .1f, .7f}, 2, 2));
        float[] mixed = merged(one.mixedWith(two, 0.75, linear.weight()));
        float[] a = merged(one);
        float[] b = merged(two);
        for (int i = 0; i < mixed.length; i++) {
            assertThat(mixed[i]).isCloseTo(.25f * a[i] + .75f * b[i], within(1e-5f));
        }
    }

    /** The gain of a frozen delta is computed once; that of a trained one follows its weights. */
    @Test
    void aTrainedDeltaFollowsItsWeights() {
        DoraDelta trained = delta(NORMS);
        float[] before = linear.apply(x, pass(trained)).floats();
        trained.magnitude().value().detach().timesInPlace(2);
        float[] after = linear.apply(x, pass(trained)).floats();
        assertThat(after[0] - .5f).isCloseTo(2 * (before[0] - .5f), within(1e-5f));
        Adapter frozen = new Adapter(CONFIG, Map.of("q_proj", trained)).copy();
        for (int time = 0; time < 2; time++) {
            assertThat(linear.apply(x, context(frozen)).floats()).containsExactly(after, within(1e-6f));
        }
    }

    /** One text without an adapter, one with DoRA, one with LoRA: each row is what it is alone. */
    @Test
    void inAStepItSharesAPassWithOthers() {
        Adapter dora = new Adapter(CONFIG, Map.of("q_proj", delta(3, 10)));
        Adapter lora = new Adapter(
                AdapterConfig.standard(), Map.of("q_proj", delta(3, 10).low()));
        Tensor rows = Tensor.of(new float[] {1, -1, 2, 1, -1, 2, 1, -1, 2}, 3, 3);
        List<Extension> step =
                List.of(new Extension(0, new int[1]), new Extension(1, new int[1]), new Extension(2, new int[1]));
        try (MixedAdapters mix = new MixedAdapters(DType.F32)) {
            AdapterDeltas deltas = mix.over(step, Arrays.asList(null, dora, lora));
            Tensor y = Autograd.without(() -> linear.apply(rows, context(deltas)));
            assertThat(y.floats())
                    .containsExactly(new float[] {5.5f, 10.5f, 1.88873f, 13.584057f, 3.5f, 10.5f}, within(1e-5f));
        }
    }

    private static ForwardContext pass(DoraDelta delta) {
        return context(new Adapter(CONFIG, Map.of("q_proj", delta)));
    }

    private static ForwardContext context(AdapterDeltas deltas) {
        Rope.Rotation turn = new Rope(4, 1e4, RopeScaling.NONE).at(new int[] {0}, DType.F32);
        return new ForwardContext(rope -> turn, new SegmentAttention(List.of()), deltas, (Dropout) null);
    }
}
