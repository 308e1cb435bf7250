package dev.hone.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.Dropout;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdapterTest {
    private static final Example FIRST = Example.ofText(3, new int[] {2, 4, 6});
    private static final Example SECOND = Example.ofText(8, GoldenModels.ROW);

    @Test
    void aFreshAdapterChangesNotASingleBit() {
        ModelConfig config = TinyModels.stories();
        LanguageModel model = TinyModels.frozen(config, 1);
        Adapter adapter = Adapter.fresh(config, AdapterConfig.standard(), 7);
        try (Scope scope = Scope.open()) {
            Batch batch = Batch.of(List.of(FIRST, SECOND));
            assertThat(model.hidden(batch, adapter).floats())
                    .containsExactly(model.hidden(batch, null).floats());
        }
    }

    /** Kaiming's bound for 16 inputs is 1/√16. */
    @Test
    void aFreshAdapterIsAFunctionOfItsSeed() {
        ModelConfig config = GoldenModels.a();
        List<float[]> first = values(Adapter.fresh(config, AdapterConfig.standard(), 7));
        assertThat(first)
                .usingRecursiveComparison()
                .isEqualTo(values(Adapter.fresh(config, AdapterConfig.standard(), 7)));
        assertThat(first.get(0))
                .isNotEqualTo(values(Adapter.fresh(config, AdapterConfig.standard(), 8))
                        .get(0));
        LoraDelta query =
                (LoraDelta) Adapter.fresh(config, AdapterConfig.standard(), 7).at("model.layers.0.self_attn.q_proj");
        assertThat(query.down().value().abs().max().scalar()).isBetween(0.2, 0.25);
    }

    private static List<float[]> values(Adapter adapter) {
        return adapter.parameters().stream().map(p -> p.value().floats()).toList();
    }

    /** 30 % of the inputs are zero and the others 1/0.7 larger; which ones is a matter of row, position and module. */
    @Test
    void dropoutZeroesItsShareAndKeepsTheMean() {
        try (Scope scope = Scope.open()) {
            Batch batch = Batch.of(List.of(Example.ofText(1, new int[100])));
            Draw step = Draw.of(1, "dropout").at(4);
            float[] mask = new Dropout(0.3, step, batch)
                    .apply(Tensor.ones(DType.F32, 100, 50), "q_proj")
                    .floats();
            int zeros = 0;
            for (float m : mask) {
                assertThat(m).isIn(0f, (float) (1 / 0.7));
                zeros += m == 0 ? 1 : 0;
            }
            assertThat(zeros / 5000.0).isCloseTo(0.3, within(0.04));
            assertThat(masked(batch, Draw.of(1, "dropout").at(4), "q_proj")).isEqualTo(masked(batch, step, "q_proj"));
            assertThat(masked(batch, step, "k_proj")).isNotEqualTo(masked(batch, step, "q_proj"));
            assertThat(masked(batch, Draw.of(1, "dropout").at(5), "q_proj"))
                    .isNotEqualTo(masked(batch, step, "q_proj"));
        }
    }

    @Test
    void aRowIsDroppedTheSameWhereverItLies() {
        try (Scope scope = Scope.open()) {
            Draw step = Draw.of(1, "dropout").at(4);
            float[] packed = masked(Batch.of(List.of(FIRST, SECOND)), step, "q_proj");
            float[] swapped = masked(Batch.of(List.of(SECOND, FIRST)), step, "q_proj");
            float[] first = masked(Batch.of(List.of(FIRST)), step, "q_proj");
            float[] second = masked(Batch.of(List.of(SECOND)), step, "q_proj");
            assertThat(packed).isEqualTo(joined(first, second)).isNotEqualTo(swapped);
            assertThat(swapped).isEqualTo(joined(second, first));
        }
    }

    private static float[] masked(Batch batch, Draw step, String module) {
        Tensor ones = Tensor.ones(DType.F32, batch.tokenCount(), 4);
        return new Dropout(0.5, step, batch).apply(ones, module).floats();
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
