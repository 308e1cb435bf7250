package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradients that blocks give the weights of a whole model are those of one graph of the plain forward pass. */
class LearnedGradientsTest {
    private static final Draw PLACE = Draw.of(1, "step");
    private static final Batch BATCH =
            Batch.of(List.of(Example.ofText(0, GoldenModels.ROW), Example.ofText(1, new int[] {2, 4, 6})));

    static Stream<Arguments> models() {
        return Stream.of(
                        Named.of("llama", GoldenModels.a()),
                        Named.of("llama with biases", biased()),
                        Named.of("qwen2, tied", GoldenModels.c()),
                        Named.of("qwen3, tied", GoldenModels.d()),
                        Named.of("mistral", GoldenModels.e()))
                .flatMap(config -> Stream.of(Recomputation.values()).map(what -> Arguments.of(config, what)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void inFullTheyAreThoseOfOneGraph(ModelConfig config, Recomputation recomputation) {
        LanguageModel model = GoldenModels.trainable(config);
        compare(model, null, model.parameters(), recomputation);
    }

    @ParameterizedTest
    @MethodSource("models")
    void underAnAdapterTheyAreThoseOfOneGraph(ModelConfig config, Recomputation recomputation) {
        LanguageModel model = GoldenModels.frozen(config);
        for (String target : List.of(AdapterConfig.ALL_LINEAR, "layers.0.mlp.down_proj", "gate_proj")) {
            for (AdapterType type : AdapterType.values()) {
                AdapterConfig shape = new AdapterConfig(type, 2, 4, 0, List.of(target), false);
                Adapter adapter = GoldenModels.filled(Adapter.fresh(config, shape, 1, model::weight))
                        .trainable();
                compare(model, adapter, adapter.parameters(), recomputation);
            }
        }
    }

    private static void compare(
            LanguageModel model, @Nullable Adapter adapter, List<Parameter> trained, Recomputation recomputation) {
        try (Scope scope = Scope.open()) {
            Tensor targets = Tensor.of(BATCH.targets().position());
            Tensor gradient = GoldenModels.sine(
                    9, 0, BATCH.targets().count(), model.config().hidden());

            HiddenStates blockwise = model.trainingForward(BATCH, adapter, PLACE, 0, recomputation);
            float[] values = blockwise.atTargets().floats();
            blockwise.backward(gradient.copy());
            Map<String, float[]> cut = taken(trained);

            Tensor whole = model.hidden(BATCH, adapter).select(0, targets);
            whole.backward(gradient);
            Map<String, float[]> expected = taken(trained);

            FeedForwardTest.requireLike("hidden states", values, whole.floats(), 1e-5);
            assertThat(cut).containsOnlyKeys(expected.keySet());
            expected.forEach((name, e) -> FeedForwardTest.requireLike(name, cut.get(name), e, 2e-5));
        }
    }

    /** The gradients that have come, which then are gone. */
    private static Map<String, float[]> taken(List<Parameter> trained) {
        Map<String, float[]> taken = new TreeMap<>();
        for (Parameter p : trained) {
            if (p.value().hasGradient()) {
                taken.put(p.name(), p.value().gradient().floats());
                p.value().clearGradient();
            }
        }
        return taken;
    }

    /** Llama with every bias it may have. */
    private static ModelConfig biased() {
        ModelConfig a = GoldenModels.a();
        return a.withShape(a.shape().withMlpBiases())
                .withAttention(a.attention().withBiases());
    }
}
