package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that reads its matrices in half precision, or packed, writes what the plain one writes. */
class ForWritingTest {
    @BeforeEach
    void products() {
        assumeTrue(Engine.hasHalfProducts(), "this processor has no products with half precision");
    }

    /** Sums of the same products in another order, rounded to bf16: likely tokens stay likely, and log-probabilities move by less than that rounding. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packedWeightsWriteAndScoreAsPlainOnes(boolean adapted) {
        assumeTrue(Engine.fastestCompute() == DType.BF16, "this processor has no bf16 products");
        ModelConfig config = TinyModels.stories();
        WeightSource weights = new Initialisation(0.1, 1);
        LanguageModel plain = new LanguageModel(config, weights, WeightPlacement.frozen(DType.BF16));
        LanguageModel packed = packed(config, weights, WeightFormat.BF16, DType.BF16);
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = adapted ? GoldenModels.filled(Adapter.fresh(config, shape, 1)) : null;
        assertThat(scores(packed, adapter)).containsExactly(scores(plain, adapter), within(0.05f));
        Request request = Request.of(new int[] {1, 40, 7}, Sampling.greedy(), 12);
        Completion expected = texts(plain, List.of(adapter == null ? request : request.with(adapter)))
                .get(0);
        Completion written = texts(packed, List.of(adapter == null ? request : request.with(adapter)))
                .get(0);
        assertThat(written.logProbabilities()).containsExactly(expected.logProbabilities(), within(0.05f));
    }

    /** What transformers 5.18 gives of the same weights in float32; untied, with a head of its own. */
    @Test
    void greedyTextsFollowTheReference() {
        LanguageModel model =
                packed(GoldenModels.a(), GoldenModels.weights(GoldenModels.a()), WeightFormat.F16, DType.F32);
        assertThat(model.compute()).isEqualTo(DType.F32);
        assertThat(texts(model, List.of(Request.of(new int[] {2, 4, 6}, Sampling.greedy(), 6)))
                        .get(0)
                        .ids())
                .containsExactly(15, 13, 15, 14, 15, 14);
    }

    /** Weights from bf16 keep their values, but for a few that are tiny. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void weightsFromBf16WriteAndScoreAsTheyDoInFloat32(boolean adapted) {
        ModelConfig config = TinyModels.stories();
        WeightSource weights = new Initialisation(0.1, 1);
        LanguageModel plain = new LanguageModel(
                config, (spec, type) -> weights.weight(spec, DType.BF16).to(type), WeightPlacement.frozen(DType.F32));
        LanguageModel halved = packed(config, weights, WeightFormat.F16, DType.BF16);
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = adapted ? GoldenModels.filled(Adapter.fresh(config, shape, 1)) : null;
        List<Request> requests = IntStream.range(0, 5)
                .mapToObj(i -> Request.of(new int[] {1, 40 + i, 7 * i}, Sampling.greedy(), 12)
                        .numbered(i))
                .map(request -> adapter == null ? request : request.with(adapter))
                .toList();
        List<Completion> expected = texts(plain, requests);
        List<Completion> written = texts(halved, requests);
        for (int i = 0; i < requests.size(); i++) {
            assertThat(written.get(i).ids()).isEqualTo(expected.get(i).ids());
            assertThat(written.get(i).logProbabilities())
                    .containsExactly(expected.get(i).logProbabilities(), within(1e-4f));
        }
        assertThat(scores(halved, adapter)).containsExactly(scores(plain, adapter), within(1e-4f));
    }

    /** Weights of float32 are rounded to eleven bits: log-probabilities move in the third digit at most. */
    @Test
    void weightsFromFloat32ScoreWithinTheirRounding() {
        ModelConfig config = TinyModels.stories();
        WeightSource weights = new Initialisation(0.1, 1);
        float[] halved = scores(packed(config, weights, WeightFormat.F16, DType.F32), null);
        float[] plain = scores(TinyModels.frozen(config, 1), null);
        assertThat(halved).containsExactly(plain, within(1e-2f));
        assertThat(halved).isNotEqualTo(plain);
    }

    /** Weights and inputs keep about eight bits: log-probabilities of 4 to 8 move by some hundredths, rarely by more than a tenth, and both ways of asking agree. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void weightsInEightBitsScoreWithinTheirRounding(boolean adapted) {
        ModelConfig config = TinyModels.stories();
        WeightSource weights = new Initialisation(0.1, 1);
        LanguageModel rounded = packed(config, weights, WeightFormat.INT8, DType.F32);
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = adapted ? GoldenModels.filled(Adapter.fresh(config, shape, 1)) : null;
        float[] plain = scores(TinyModels.frozen(config, 1), adapter);
        assertThat(scores(rounded, adapter))
                .containsExactly(plain, within(0.25f))
                .isNotEqualTo(plain);
        Request request = Request.of(new int[] {1, 40, 7}, Sampling.greedy(), 12);
        Completion written = texts(rounded, List.of(adapter == null ? request : request.with(adapter)))
                .get(0);
        int[] whole = IntStream.concat(IntStream.of(1, 40, 7), IntStream.of(written.ids()))
                .toArray();
        float[] read = scores(rounded, adapter, whole);
        assertThat(written.logProbabilities()).containsExactly(Arrays.copyOfRange(read, 2, read.length), within(0.15f));
    }

    private static List<Completion> texts(LanguageModel model, List<Request> requests) {
        try (Generator generator = new Generator(model, null, 4)) {
            return generator.complete(requests);
        }
    }

    private static float[] scores(LanguageModel model, @Nullable Adapter adapter) {
        return scores(
                model, adapter, IntStream.range(0, 40).map(i -> 37 * i % 512).toArray());
    }

    private static float[] scores(LanguageModel model, @Nullable Adapter adapter, int... tokens) {
        try (Scope scope = Scope.open()) {
            return model.score(Batch.of(List.of(Example.ofText(0, tokens))), adapter)
                    .logProbabilities()
                    .floats();
        }
    }

    private static LanguageModel packed(ModelConfig config, WeightSource weights, WeightFormat format, DType stored) {
        WeightSource source = new WeightSource() {
            @Override
            public DType stored(ParameterSpec spec, DType wanted) {
                return stored;
            }

            @Override
            public Tensor weight(ParameterSpec spec, DType type) {
                return weights.weight(spec, type);
            }
        };
        return new LanguageModel(config, source, WeightPlacement.packed(format));
    }
}
