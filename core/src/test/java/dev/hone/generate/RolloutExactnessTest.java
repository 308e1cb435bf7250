package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.HiddenStates;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.Head;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.ScoreGradients;
import dev.hone.model.head.Statistic;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a generator records while it samples is what training computes for the same tokens, bit for bit: with keys from a cache or
 * from the batch, alone or in any company, a shared prompt read once or for each text,. So the ratio of the
 * policy that samples and the policy that is trained is exactly one until a step is made.
 */
class RolloutExactnessTest {
    private static final int CONTEXT = 640;

    /** One family for each way to compute, also in a wider shape. */
    private static final List<ModelConfig> FAMILIES = List.of(
            GoldenModels.a(),
            GoldenModels.b(),
            GoldenModels.c(),
            GoldenModels.d(),
            GoldenModels.e(),
            GoldenModels.f()); // sandwich norms, caps, GELU

    /** What others have of their own. */
    private static final List<ModelConfig> OTHERS = List.of(
            GoldenModels.granite(), // factors
            GoldenModels.olmo2(), // norms over all heads
            GoldenModels.phi3() // fused maps
                    .withRope(new ModelConfig.RopeConfig(1e4, 0.75, RopeScaling.NONE, null)),
            GoldenModels.glm4()); // interleaved pairs

    /** A model, the type it computes in, and adapters of its shape. */
    private record Case(String name, ModelConfig config, DType type, WeightPlacement placement) {
        Case(String name, ModelConfig config, DType type) {
            this(name, config, type, WeightPlacement.frozen(type));
        }

        @Override
        public String toString() {
            return name + " in " + type;
        }

        LanguageModel model() {
            return new LanguageModel(config, GoldenModels.weights(config), placement);
        }

        /** None, two low-rank ones of different ranks, and a weight-decomposed one. */
        List<Adapter> adapters(LanguageModel model) {
            List<String> all = List.of(AdapterConfig.ALL_LINEAR);
            List<Adapter> adapters = new ArrayList<>();
            adapters.add(null);
            adapters.add(filled(model, new AdapterConfig(4, 8, 0, all, false)));
            adapters.add(filled(model, new AdapterConfig(1, 2, 0, outer(model), false)));
            adapters.add(filled(model, new AdapterConfig(AdapterType.DORA, 3, 4, 0, all, false)));
            return adapters;
        }

        /** The first linear map of each layer and the last. */
        private static List<String> outer(LanguageModel model) {
            List<String> names = model.config().layer(0).linearMaps().stream()
                    .map(map -> map.module().substring(map.module().lastIndexOf('.') + 1))
                    .toList();
            return List.of(names.get(0), names.get(names.size() - 1));
        }

        private static Adapter filled(LanguageModel model, AdapterConfig config) {
            return GoldenModels.filled(Adapter.fresh(model.config(), config, 3, model::weight));
        }
    }

    /** The tiny models of every family, and shapes that are not tiny in a width, in heads, in the vocabulary or in the window. */
    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Engine.fastestCompute() == DType.BF16 ? List.of(DType.F32, DType.BF16) : List.of(DType.F32)) {
            for (ModelConfig family : FAMILIES) {
                cases.add(of(family.architecture().modelType() + " of 16", family, type));
                cases.add(of(family.architecture().modelType() + " of 96", wider(family), type));
            }
            for (ModelConfig family : OTHERS) {
                cases.add(of(family.architecture().modelType() + " of 16", family, type));
            }
        }
        if (WeightFormat.BF16.isAvailable()) {
            ModelConfig large = large(GoldenModels.families().get(0));
            WeightPlacement packed = WeightPlacement.underSampledAdapter(WeightFormat.BF16);
            cases.add(new Case("packed, of 928,", of("", large, DType.BF16).config, DType.BF16, packed));
        }
        return cases.stream();
    }

    /** One layer with inner dimensions that packed products sum in another order than dense ones. */
    private static ModelConfig large(ModelConfig config) {
        ModelConfig.Shape s = config.shape();
        return config.withShape(
                        new ModelConfig.Shape(300, 928, 1100, 1, CONTEXT, s.normEpsilon(), s.tied(), s.mlpBiased()))
                .withAttention(new ModelConfig.AttentionShape(14, 2, 64));
    }

    private static Case of(String name, ModelConfig config, DType type) {
        return new Case(name, config.withShape(config.shape().withMaxPositions(CONTEXT)), type);
    }

    /** Hidden states of 96, an MLP of 172, which fills no vectors, and three heads of 32 on one key head; 2,600 tokens. */
    private static ModelConfig wider(ModelConfig config) {
        ModelConfig.Shape s = config.shape();
        int window =
                config.attention().window() < CONTEXT ? 70 : config.attention().window();
        return config.withShape(
                        new ModelConfig.Shape(2600, 96, 172, 2, CONTEXT, s.normEpsilon(), s.tied(), s.mlpBiased()))
                .withAttention(new ModelConfig.AttentionShape(3, 1, 32).withWindow(window));
    }

    /** Prompts of 1 to 300 tokens, two of them with a group; two texts of 40 tokens and more. */
    private static List<Request> requests(Case it, List<Adapter> adapters) {
        List<Request> requests = new ArrayList<>();
        int[] lengths = {1, 33, 64, 129, 300, 5, 130};
        for (int i = 0; i < lengths.length; i++) {
            int[] prompt =
                    new Random(i).ints(lengths[i], 0, it.config.vocabulary()).toArray();
            int tokens = i % 6 == 0 ? 40 : 2 + i;
            int group = lengths[i] == 64 || lengths[i] == 130 ? 3 : 1;
            for (int g = 0; g < group; g++) {
                requests.add(Request.of(prompt, Sampling.unchanged(), tokens + g)
                        .numbered(requests.size())
                        .with(adapters.get(i % adapters.size())));
            }
        }
        return requests;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void recordedLogProbabilitiesAreThoseOfTraining(Case it) {
        LanguageModel model = it.model();
        List<Adapter> adapters = it.adapters(model);
        for (List<Adapter> some : List.of(Arrays.asList((Adapter) null), adapters, List.of(adapters.get(1)))) {
            List<Request> requests = requests(it, some);
            List<Completion> together = complete(model, requests, 16);
            requireTraining(model, requests, together);
            requireSame(complete(model, requests, 3), together);
        }
        List<Request> requests = requests(it, adapters).subList(0, 6);
        requireSame(complete(model, requests, 1), complete(model, requests, 5));
    }

    private static List<Completion> complete(LanguageModel model, List<Request> requests, int slots) {
        try (Generator generator = new Generator(model, null, slots)) {
            return generator.complete(requests);
        }
    }

    private static void requireSame(List<Completion> actual, List<Completion> expected) {
        for (int i = 0; i < actual.size(); i++) {
            requireSame("text " + i, actual.get(i), expected.get(i));
        }
    }

    private static void requireSame(String what, Completion actual, Completion expected) {
        assertThat(actual.ids()).as(what).isEqualTo(expected.ids());
        requireBits(what, actual.logProbabilities(), expected.logProbabilities());
    }

    private static void requireBits(String what, float[] actual, float[] expected) {
        assertThat(bits(actual)).as(what).isEqualTo(bits(expected));
    }

    private static int[] bits(float[] numbers) {
        int[] bits = new int[numbers.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(numbers[i]));
        return bits;
    }

    /** By text alone, all texts of an adapter in one batch, scored and trained, with one statistic and with more. */
    private static void requireTraining(LanguageModel model, List<Request> requests, List<Completion> completions) {
        List<Adapter> adapters =
                requests.stream().map(Request::adapter).distinct().toList();
        for (Adapter adapter : adapters) {
            List<Example> rows = new ArrayList<>();
            List<float[]> recorded = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                if (requests.get(i).adapter() == adapter) {
                    rows.add(row(i, requests.get(i).prompt(), completions.get(i).ids()));
                    recorded.add(completions.get(i).logProbabilities());
                }
            }
            for (int i = 0; i < rows.size(); i++) {
                requireTraining("text " + i + " alone", model, adapter, List.of(rows.get(i)), recorded.get(i));
            }
            requireTraining("all", model, adapter, rows, joined(recorded));
        }
    }

    private static void requireTraining(
            String what, LanguageModel model, Adapter adapter, List<Example> rows, float[] recorded) {
        Batch batch = Batch.of(rows);
        try (Scope scope = Scope.open()) {
            requireBits(
                    what + ", scored",
                    model.score(batch, adapter).logProbabilities().floats(),
                    recorded);
            RequestedStatistics more =
                    new RequestedStatistics(EnumSet.of(Statistic.LOG_PROBABILITY, Statistic.ENTROPY), null);
            requireBits(
                    what + ", with entropy",
                    model.score(batch, adapter, more).logProbabilities().floats(),
                    recorded);
            HiddenStates hidden = model.trainingForward(batch, adapter, Draw.of(1, "place"), 0, Recomputation.NONE);
            ScoreGradients ones = ScoreGradients.constant(Map.of(
                    Statistic.LOG_PROBABILITY,
                    Tensor.ones(DType.F32, batch.targets().count())));
            Head.HeadOutput output = model.head(adapter)
                    .scoreAndDifferentiate(
                            hidden.atTargets(), batch.targets().token(), RequestedStatistics.PLAIN, ones);
            requireBits(
                    what + ", trained",
                    output.scores().get(Statistic.LOG_PROBABILITY).floats(),
                    recorded);
        }
    }

    /** Prompt and completion, whose tokens alone are targets. */
    private static Example row(int number, int[] prompt, int[] ids) {
        int[] all = Arrays.copyOf(prompt, prompt.length + ids.length);
        System.arraycopy(ids, 0, all, prompt.length, ids.length);
        float[] weights = new float[all.length];
        Arrays.fill(weights, prompt.length, all.length, 1);
        return new Example(number, all, weights);
    }

    private static float[] joined(List<float[]> parts) {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        float[] all = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
