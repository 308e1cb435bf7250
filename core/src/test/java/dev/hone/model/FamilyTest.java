package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family keeps to: texts that share a pass, packed or with a prefix computed once, are as if each were alone. */
class FamilyTest {
    /** Three texts that begin with the same eight tokens, two of which share eight more, and one of its own. */
    private static final List<int[]> TEXTS = List.of(
            new int[] {1, 5, 9, 13, 17, 21, 25, 29, 3, 6},
            new int[] {1, 5, 9, 13, 17, 21, 25, 29, 2, 7, 8, 30, 4, 4, 11, 12, 31},
            new int[] {1, 5, 9, 13, 17, 21, 25, 29, 2, 7, 8, 30, 4, 4, 11, 12, 5, 14},
            new int[] {2, 4, 6, 8, 10, 12});

    static List<ModelConfig> families() {
        return GoldenModels.families();
    }

    @ParameterizedTest
    @MethodSource("families")
    void textsPackedOrOverASharedPrefixAreScoredAsAlone(ModelConfig config) {
        LanguageModel model = GoldenModels.frozen(config);
        try (Scope scope = Scope.open()) {
            Tensor together = model.score(batch(0, 1, 2, 3), null).logProbabilities();
            assertThat(batch(0, 1, 2, 3).sharingPrefixes().tokenCount()).isEqualTo(8 + 2 + 8 + 1 + 2 + 6);
            int at = 0;
            for (int row = 0; row < TEXTS.size(); row++) {
                float[] alone = model.score(batch(row), null).logProbabilities().floats();
                assertThat(together.narrow(0, at, alone.length).floats()).containsExactly(alone, within(1e-5f));
                at += alone.length;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void gradientsOfTextsInOnePassAreTheSumsOfThoseAlone(ModelConfig config) {
        LanguageModel model = GoldenModels.trainable(config);
        compare(model, null, model.parameters());
        LanguageModel frozen = GoldenModels.frozen(config);
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = GoldenModels.filled(Adapter.fresh(config, shape, 1)).trainable();
        compare(frozen, adapter, adapter.parameters());
    }

    private static void compare(LanguageModel model, @Nullable Adapter adapter, List<Parameter> trained) {
        backward(model, adapter, batch(0, 1, 2, 3));
        Map<String, float[]> together = gradients(trained);
        IntStream.range(0, TEXTS.size()).forEach(row -> backward(model, adapter, batch(row)));
        Map<String, float[]> alone = gradients(trained);
        assertThat(together).isNotEmpty();
        BlockContract.requireLike(together, alone, 1e-5);
    }

    /** With one ∂L/∂h for every target. */
    private static void backward(LanguageModel model, @Nullable Adapter adapter, Batch batch) {
        try (Scope scope = Scope.open()) {
            HiddenStates hidden = model.trainingForward(batch, adapter, Draw.of(1, "step"), 0, Recomputation.NONE);
            Tensor gradient = GoldenModels.sine(0, 0.2, 1, model.config().hidden())
                    .expand(batch.targets().count(), model.config().hidden())
                    .contiguous();
            hidden.backward(gradient);
        }
    }

    private static Map<String, float[]> gradients(List<Parameter> trained) {
        Map<String, float[]> gradients = new TreeMap<>();
        for (Parameter p : trained) {
            if (p.value().hasGradient()) {
                gradients.put(p.name(), p.value().gradient().floats());
                p.value().clearGradient();
            }
        }
        return gradients;
    }

    private static Batch batch(int... rows) {
        return Batch.of(IntStream.of(rows)
                .mapToObj(row -> Example.ofText(row, TEXTS.get(row)))
                .toList());
    }
}
