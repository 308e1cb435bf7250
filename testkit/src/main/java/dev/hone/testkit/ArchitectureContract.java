package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a model of every {@link dev.hone.model.architecture.Architecture} keeps: all its weights matter and are saved and loaded
 * bit by bit; a text has the same log-probabilities alone, packed, behind a shared prefix and token by token from a cache; its
 * gradients are finite differences; an adapter reaches every linear map. Weights are the formula of {@link GoldenModels}.
 *
 * <p>A subclass names a shape with few tokens (at least 32), widths and layers (at least two), and, where an independent
 * implementation gave them, the log-probabilities of {@link GoldenModels#ROW}.
 */
public abstract class ArchitectureContract {
    private static final float TOLERANCE = 1e-5f;
    private static final int[] OTHER = {2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22};

    @TempDir
    private Path folder;

    private Scope scope = Scope.open();

    /** The shape, in which the head is not the embedding, unless the family always ties them. */
    protected abstract ModelConfig config();

    /** Log-probabilities of the row's tokens from the second on, by another implementation; empty: none are known. */
    protected double[] golden() {
        return new double[0];
    }

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void logProbabilitiesAreThoseOfAnotherImplementation() {
        float[] scores = scores(model(), Batch.of(List.of(row(0, GoldenModels.ROW))));
        for (int i = 0; i < golden().length; i++) {
            assertThat((double) scores[i]).isCloseTo(golden()[i], within(1e-4));
        }
    }

    /** One more in every entry of one weight changes what the model says; a weight for which it does not is not read. */
    @Test
    void weightsHaveNamesOfTheirOwnAndAllMatter() {
        List<String> names =
                ParameterSpec.of(config()).stream().map(ParameterSpec::name).toList();
        assertThat(names).doesNotHaveDuplicates();
        assertThat(model().parameters().stream().map(Parameter::name)).containsExactlyElementsOf(names);
        Batch batch = Batch.of(List.of(row(0, GoldenModels.ROW)));
        float[] scores = scores(model(), batch);
        WeightSource weights = GoldenModels.weights(config());
        int elsewhere =
                names.size() + 41; // no weight's own number: a multiple of a weight may be what a norm takes out again
        for (String name : names) {
            WeightSource moved = (spec, type) -> {
                Tensor weight = weights.weight(spec, type);
                return spec.name().equals(name)
                        ? weight.plus(
                                GoldenModels.sine(elsewhere, 0, spec.shape()).times(5))
                        : weight;
            };
            float[] other = scores(new LanguageModel(config(), moved, WeightPlacement.frozen(DType.F32)), batch);
            assertThat(distance(other, scores)).as(name).isGreaterThan(1e-4);
        }
    }

    @Test
    void aModelSavedAndLoadedSaysTheSameBits() throws IOException {
        LanguageModel model = model();
        CheckpointWriter.write(folder, model, DType.F32);
        Checkpoint read = Checkpoint.open(folder);
        assertThat(read.unusedWeights()).isEmpty();
        assertThat(read.config().architecture().modelType())
                .isEqualTo(config().architecture().modelType());
        LanguageModel again = read.model(WeightPlacement.frozen(DType.F32));
        for (Parameter parameter : model.parameters()) {
            assertThat(again.parameter(parameter.name()).value().bytes())
                    .as(parameter.name())
                    .isEqualTo(parameter.value().bytes());
        }
        Batch batch = Batch.of(List.of(row(0, GoldenModels.ROW)));
        assertThat(scores(again, batch)).containsExactly(scores(model, batch));
    }

    @Test
    void packedTextsDoNotSeeEachOther() {
        LanguageModel model = model();
        float[] together = scores(model, Batch.of(List.of(row(0, GoldenModels.ROW), row(1, OTHER))));
        float[] first = scores(model, Batch.of(List.of(row(0, GoldenModels.ROW))));
        float[] second = scores(model, Batch.of(List.of(row(1, OTHER))));
        assertThat(together).containsExactly(joined(first, second), within(TOLERANCE));
    }

    /** Two texts begin with the same eleven tokens, which are computed once. */
    @Test
    void aSharedPrefixGivesWhatFullTextsGive() {
        LanguageModel model = model();
        int[] one = joined(OTHER, new int[] {3, 5, 7});
        int[] two = joined(OTHER, new int[] {9, 11});
        Batch both = Batch.of(List.of(row(0, one), row(1, two)));
        Batch shared = both.sharingPrefixes();
        assertThat(shared.tokenCount()).isLessThan(both.tokenCount());
        float[] alone =
                joined(scores(model, Batch.of(List.of(row(0, one)))), scores(model, Batch.of(List.of(row(1, two)))));
        assertThat(scores(model, shared)).containsExactly(alone, within(TOLERANCE));
    }

    /** By one token, and by pieces of 3, 1 and 7. */
    @Test
    void aCachedTextHasTheHiddenStatesOfTheWholeText() {
        LanguageModel model = model();
        float[] whole = model.hidden(Batch.of(List.of(row(0, OTHER))), null).floats();
        for (int[] pieces : List.of(new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, new int[] {3, 1, 7})) {
            try (KeyValueCache cache = model.cache()) {
                cache.add();
                float[] states = {};
                int from = 0;
                for (int length : pieces) {
                    int[] piece = Arrays.copyOfRange(OTHER, from, from + length);
                    states = joined(
                            states,
                            model.extend(cache, List.of(new KeyValueCache.Extension(0, piece)), null)
                                    .floats());
                    from += length;
                }
                assertThat(states).containsExactly(whole, within(TOLERANCE));
            }
        }
    }

    /** Every matrix of a layer; and a change to one of them alone changes what the model says. */
    @Test
    void anAdapterOfAllLinearMapsReachesEachOfThem() {
        LanguageModel model = model();
        List<String> linear = ParameterSpec.of(config()).stream()
                .filter(ParameterSpec::isLinear)
                .map(ParameterSpec::module)
                .toList();
        Adapter all = Adapter.fresh(config(), lora(List.of(AdapterConfig.ALL_LINEAR)), 5);
        assertThat(all.modules()).containsExactlyInAnyOrderElementsOf(linear);
        Batch batch = Batch.of(List.of(row(0, GoldenModels.ROW)));
        float[] without = scores(model, batch);
        assertThat(model.score(batch, all).logProbabilities().floats()).containsExactly(without);
        for (String module : linear) {
            Adapter one = GoldenModels.filled(Adapter.fresh(config(), lora(List.of(module)), 5));
            float[] argument = model.score(batch, one).logProbabilities().floats();
            assertThat(distance(argument, without)).as(module).isGreaterThan(1e-6);
            float[] merged = scores(GoldenModels.merged(config(), one), batch);
            assertThat(argument).as(module).containsExactly(merged, within(TOLERANCE));
        }
    }

    /** In each weight the entry with the largest gradient is moved by ±0.003. */
    @Test
    void gradientsAreFiniteDifferences() {
        LanguageModel model = GoldenModels.trainable(config());
        Policy policy = Policy.full(model);
        List<Batch> step = List.of(Batch.of(List.of(row(0, GoldenModels.ROW), row(1, OTHER))));
        List<float[]> gradients = Step.of(policy, step, new NextToken()).gradients();
        for (int p = 0; p < gradients.size(); p++) {
            Parameter weight = model.parameters().get(p);
            int entry = largest(gradients.get(p));
            double up = lossWith(policy, step, weight, entry, 0.003f);
            double down = lossWith(policy, step, weight, entry, -0.003f);
            double gradient = gradients.get(p)[entry];
            assertThat(gradient).as(weight.name()).isNotZero();
            assertThat((up - down) / 0.006)
                    .as("%s[%d]", weight.name(), entry)
                    .isCloseTo(gradient, within(2e-4 + 5e-3 * Math.abs(gradient)));
        }
    }

    private static double lossWith(Policy policy, List<Batch> step, Parameter weight, int entry, float change) {
        float[] values = weight.value().detach().floats();
        float[] moved = values.clone();
        moved[entry] += change;
        set(weight, moved);
        double loss =
                policy.accumulate(step, new NextToken(), Draw.of(1, "step")).loss();
        set(weight, values);
        return loss;
    }

    private static void set(Parameter weight, float[] values) {
        Tensor value = weight.value();
        Autograd.withoutDo(() -> value.copyInPlace(Tensor.of(values, value.shape())));
    }

    private LanguageModel model() {
        return GoldenModels.frozen(config());
    }

    private static AdapterConfig lora(List<String> targets) {
        return new AdapterConfig(2, 4, 0, targets, false);
    }

    private static float[] scores(LanguageModel model, Batch batch) {
        return model.score(batch, null).logProbabilities().floats();
    }

    private static Example row(long number, int[] tokens) {
        return Example.ofText(number, tokens);
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = Math.abs(values[i]) > Math.abs(values[best]) ? i : best;
        }
        return best;
    }

    private static double distance(float[] one, float[] other) {
        assertThat(one).hasSameSizeAs(other);
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    private static float[] joined(float[] one, float[] other) {
        float[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    private static int[] joined(int[] one, int[] other) {
        int[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }
}
