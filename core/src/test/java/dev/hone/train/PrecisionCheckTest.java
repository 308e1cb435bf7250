package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.TrainingException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.DenseWeight;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.Weight;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 16-bit products that are right pass, and those that leave junk in one column do not. */
class PrecisionCheckTest {
    private static final ModelConfig CONFIG = TinyModels.stories();

    /** A weight whose 16-bit products leave what stood in memory in one column, as an engine may. */
    private record Junk(DenseWeight own, int column, float value) implements Weight {
        @Override
        public long[] shape() {
            return own.shape();
        }

        @Override
        public DType dtype() {
            return own.dtype();
        }

        @Override
        public long bytes() {
            return own.bytes();
        }

        @Override
        public Tensor product(Tensor x, @Nullable Tensor bias) {
            Tensor y = own.product(x, bias);
            if (x.dtype() != DType.F32) {
                y.narrow(1, column, 1).fillInPlace(value);
            }
            return y;
        }

        @Override
        public Tensor inputGradient(Tensor gradient, @Nullable Tensor sum) {
            return own.inputGradient(gradient, sum);
        }

        @Override
        public Tensor in(DType type) {
            Tensor values = own.in(type).copy();
            if (type != DType.F32) {
                values.narrow(0, column, 1).fillInPlace(value);
            }
            return values;
        }
    }

    private static Policy policy(ModelConfig config, double range, Predicate<ParameterSpec> isWrong, float junk) {
        WeightPlacement right = WeightPlacement.frozen(DType.BF16);
        WeightPlacement placement = new WeightPlacement(
                DType.BF16,
                List.of(
                        new WeightPlacement.PlacementRule(
                                isWrong,
                                (spec, source, compute) -> new Junk(
                                        new DenseWeight(
                                                source.weight(spec, compute).keep()),
                                        7,
                                        junk)),
                        right.rows().get(0)),
                null);
        LanguageModel model = new LanguageModel(config, new Initialisation(range, 1), placement);
        return Policy.adapter(model, Adapter.fresh(config, AdapterConfig.standard(), 1));
    }

    private static Batch batch(int vocabulary, int rows, int length) {
        Random random = new Random(1);
        return Batch.of(IntStream.range(0, rows)
                .mapToObj(row ->
                        Example.ofText(row, random.ints(length, 0, vocabulary).toArray()))
                .toList());
    }

    /** All weights are equal, so that every token gives the same and no weight of an adapter matters: rounding alone is left. */
    @Test
    void aGradientWhoseTermsCancelIsNotCompared() {
        LanguageModel equal = new LanguageModel(
                CONFIG,
                (spec, type) -> Tensor.full(type, spec.name().endsWith("norm.weight") ? 1 : 0.01, spec.shape()),
                WeightPlacement.frozen(DType.BF16));
        Policy policy = Policy.adapter(equal, Adapter.fresh(CONFIG, AdapterConfig.standard(), 1));
        PrecisionCheck.Comparison found = new PrecisionCheck(policy).compare(batch(512, 4, 24));
        assertThat(found.wideNorm()).isLessThan(1e-6);
        assertThat(found.agrees()).as("%s", found).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.1, 0.3})
    void rightProductsPassWithRoomToSpare(double range) {
        Policy policy = policy(CONFIG, range, spec -> false, 0);
        for (int rows = 1; rows <= 16; rows *= 2) {
            PrecisionCheck.Comparison found = new PrecisionCheck(policy).compare(batch(512, rows, 24));
            assertThat(found.agrees()).as("%s", found).isTrue();
            assertThat(found.scores()).as("%s", found).isLessThan(0.6);
            assertThat(found.gradient()).as("%s", found).isLessThan(0.5);
        }
        Policy full = Policy.full(
                new LanguageModel(CONFIG, new Initialisation(range, 1), WeightPlacement.trained(DType.BF16)));
        assertThatCode(() -> new PrecisionCheck(full).require(batch(512, 8, 24)))
                .doesNotThrowAnyException();
    }

    @Test
    void junkInAColumnOfTheHeadIsRefusedAndTheHeadIsNamed() {
        ModelConfig untied = ModelConfig.of(
                CONFIG.architecture(),
                new ModelConfig.Shape(512, 64, 172, 5, 512, 1e-5, false, false),
                CONFIG.attention(),
                CONFIG.rope());
        Policy policy = policy(untied, 0.1, spec -> spec.name().equals(ParameterSpec.HEAD), 3);
        assertThatThrownBy(() -> new PrecisionCheck(policy).require(batch(512, 8, 24)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("computed in bf16 and in fp32 part by more than rounding explains (mean loss ")
                .hasMessageContaining("first in the head; nothing was trained. Set training.compute: fp32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"self_attn.q_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj"})
    void junkInAColumnOfALayerIsRefused(String projection) {
        Policy policy = policy(CONFIG, 0.1, spec -> spec.name().equals("model.layers.1." + projection + ".weight"), 40);
        assertThatThrownBy(() -> new PrecisionCheck(policy).require(batch(512, 8, 24)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("training.compute: fp32");
    }

    /** Not even a gradient of zeros is left behind, and weights are to the last bit what they were. */
    @Test
    void nothingIsLeftBehind() {
        Policy policy = policy(CONFIG, 0.1, spec -> false, 0);
        List<float[]> before = weights(policy);
        new PrecisionCheck(policy).require(batch(512, 8, 24));
        assertThat(policy.parameters()).noneMatch(p -> p.value().hasGradient());
        List<float[]> after = weights(policy);
        IntStream.range(0, before.size())
                .forEach(i ->
                        assertThat(Arrays.equals(before.get(i), after.get(i))).isTrue());
    }

    private static List<float[]> weights(Policy policy) {
        try (Scope scope = Scope.open()) {
            return policy.parameters().stream()
                    .map(p -> p.value().detach().view(-1).floats())
                    .toList();
        }
    }

    /** What is allowed is too little for more than sixteen tokens. */
    @Test
    void aLongRowOfALargeModelIsComparedByItsBeginning() {
        Policy policy = policy(CONFIG, 0.1, spec -> false, 0);
        PrecisionCheck.Comparison beginning = new PrecisionCheck(policy, 1).compare(batch(512, 1, 300));
        assertThat(beginning).isEqualTo(new PrecisionCheck(policy).compare(batch(512, 1, 16)));
        assertThat(beginning.agrees()).isTrue();
        PrecisionCheck.Comparison firstRow = new PrecisionCheck(policy, 1).compare(batch(512, 8, 16));
        assertThat(firstRow).isEqualTo(beginning);
    }
}
