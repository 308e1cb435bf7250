package dev.hone.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.Linear;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two adapters change q_proj, which has two inputs and two outputs: one has A = [1 1], B = [1 2]ᵀ and scale 2, so it adds
 * {@code (x₁ + x₂) · [2 4]}; the other has A = [[1 0] [0 1]], B = [[0 1] [1 0]] and scale 1, so it adds {@code [x₂ x₁]}. The
 * second changes v_proj in the same way too.
 */
class MixedAdaptersTest {
    private static final BaseLinear BASE = new Linear(
            "q_proj",
            new Parameter("q_proj.weight", Tensor.zeros(DType.F32, 2, 2).keep()),
            null);

    private Scope scope;
    private Adapter one;
    private Adapter two;

    @BeforeEach
    void open() {
        scope = Scope.open();
        LoraDelta sum = change(2, new float[] {1, 1}, new float[] {1, 2}, 1);
        LoraDelta swap = change(1, new float[] {1, 0, 0, 1}, new float[] {0, 1, 1, 0}, 2);
        one = new Adapter(AdapterConfig.standard(), Map.of("q_proj", sum));
        two = new Adapter(AdapterConfig.standard(), Map.of("q_proj", swap, "v_proj", swap));
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static LoraDelta change(double scale, float[] down, float[] up, int rank) {
        return new LoraDelta(
                new Parameter("lora_A.weight", Tensor.of(down, rank, 2).trainable()),
                new Parameter("lora_B.weight", Tensor.of(up, 2, rank).trainable()),
                scale);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void inAStepEachRowIsChangedByItsOwnAdapter(DType compute) {
        try (MixedAdapters mix = new MixedAdapters(compute)) {
            AdapterDeltas changes = mix.over(step(4), Arrays.asList(two, one, null, two));
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2).to(compute);
            assertThat(added(changes, "q_proj", x)).containsExactly(2, 1, 14, 28, 0, 0, 8, 7);
            assertThat(added(changes, "v_proj", x)).containsExactly(2, 1, 0, 0, 0, 0, 8, 7);
            assertThat(changes.at("k_proj")).isNull();
            AdapterDeltas all = mix.over(step(2), List.of(one, two));
            assertThat(added(all, "q_proj", x.narrow(0, 0, 2))).containsExactly(6, 12, 4, 3);
        }
    }

    /** Three tokens of the first text, one of the second, two of the third. */
    @Test
    void whereTextsAreReadEachRunIsChangedByItsOwnAdapter() {
        try (MixedAdapters mix = new MixedAdapters(DType.F32)) {
            List<Extension> pass =
                    List.of(new Extension(0, new int[3]), new Extension(1, new int[1]), new Extension(2, new int[2]));
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2}, 6, 2);
            assertThat(added(mix.over(pass, Arrays.asList(one, null, two)), "q_proj", x))
                    .containsExactly(6, 12, 14, 28, 22, 44, 0, 0, 0, 9, 2, 1);
            assertThat(added(mix.over(pass, Arrays.asList(one, one, two)), "v_proj", x))
                    .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 2, 1);
        }
    }

    @Test
    void whereAllHaveTheSameAdapterItIsThatAdapter() {
        try (MixedAdapters mix = new MixedAdapters(DType.F32)) {
            assertThat(mix.over(step(3), List.of(one, one, one))).isSameAs(one);
            assertThat(mix.over(step(2), Arrays.asList(null, null))).isNull();
        }
    }

    @Test
    void adaptersComeAndGoAndLeaveNoNativeMemoryBehind() throws InterruptedException {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        System.gc(); // what earlier tests left goes before it is counted
        Thread.sleep(200);
        long before = Pointer.totalCount();
        try (MixedAdapters mix = new MixedAdapters(DType.F32)) {
            for (int i = 0; i < 50; i++) {
                Adapter guest = new Adapter(AdapterConfig.standard(), Map.of("q_proj", two.at("q_proj")));
                try (Scope step = Scope.open()) {
                    assertThat(added(mix.over(step(2), List.of(one, guest)), "q_proj", x))
                            .containsExactly(6, 12, 4, 3);
                    assertThat(added(mix.over(step(2), List.of(guest, one)), "q_proj", x))
                            .containsExactly(2, 1, 14, 28);
                }
            }
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    /** What is gathered is what each adapter's product of its own gives, for numbers that are not so round. */
    @Test
    void aStepAddsWhatTheAdaptersAddAlone() {
        LoraDelta small = change(.7, new float[] {.3f, -.2f}, new float[] {1.1f, -.9f}, 1);
        Adapter third = new Adapter(AdapterConfig.standard(), Map.of("q_proj", small));
        List<Adapter> adapters = List.of(third, one, two, third, two);
        Tensor x = Tensor.of(new float[] {.1f, .2f, -.3f, .4f, .5f, -.6f, .7f, .8f, -.9f, 1}, 5, 2);
        try (MixedAdapters mix = new MixedAdapters(DType.F32)) {
            float[] together = added(mix.over(step(5), List.copyOf(adapters)), "q_proj", x);
            for (int i = 0; i < 5; i++) {
                assertThat(Arrays.copyOfRange(together, 2 * i, 2 * i + 2))
                        .containsExactly(added(adapters.get(i), "q_proj", x.narrow(0, i, 1)), within(1e-6f));
            }
        }
    }

    private static List<Extension> step(int texts) {
        Extension[] step = new Extension[texts];
        Arrays.setAll(step, i -> new Extension(i, new int[1]));
        return List.of(step);
    }

    private static float[] added(@Nullable AdapterDeltas changes, String module, Tensor x) {
        Tensor y = Tensor.zeros(x.dtype(), x.size(0), 2);
        Autograd.withoutDo(() -> changes.at(module).apply(y, x, x, BASE));
        return y.floats();
    }
}
