package dev.hone.train;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Step;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy that recomputes layers takes the steps of one that keeps their activations, bit for bit. */
class RecomputationTest {
    /** Rows beyond one block of queries, and a prompt that two answers share. */
    private static final List<Batch> STEP = List.of(
            Batch.of(List.of(row(0, 150), row(1, 20))),
            Pair.batch(List.of(new Pair(answer(2, 9), answer(3, 11), 0))),
            Batch.of(List.of(row(4, 33))));

    static Stream<Arguments> policies() {
        return Stream.of(
                policy("full", () -> full(DType.F32)),
                policy("full in bf16", () -> full(DType.BF16)),
                policy("full with embedding noise", () -> full(DType.F32).withEmbeddingNoise(5)),
                policy("full on two threads", () -> full(DType.F32).parallel(2)),
                policy("adapter", () -> adapter(DType.F32, 0, AdapterConfig.ALL_LINEAR)),
                policy("DoRA", () -> adapter(AdapterType.DORA, DType.F32, 0, AdapterConfig.ALL_LINEAR)),
                policy("adapter in bf16", () -> adapter(DType.BF16, 0, AdapterConfig.ALL_LINEAR)),
                policy("adapter with dropout", () -> adapter(DType.F32, 0.2, AdapterConfig.ALL_LINEAR)),
                policy(
                        "adapter with dropout and noise on two threads",
                        () -> adapter(DType.F32, 0.2, "q_proj")
                                .withEmbeddingNoise(5)
                                .parallel(2)),
                policy("adapter of a middle layer", () -> adapter(DType.F32, 0, "layers.2.mlp.down_proj")));
    }

    private static Arguments policy(String name, Supplier<Policy> policy) {
        return Arguments.of(Named.of(name, policy));
    }

    private static Policy full(DType compute) {
        return Policy.full(
                new LanguageModel(TinyModels.stories(), new Initialisation(0.1, 1), WeightPlacement.trained(compute)));
    }

    private static Policy adapter(DType compute, double dropout, String target) {
        return adapter(AdapterType.LORA, compute, dropout, target);
    }

    private static Policy adapter(AdapterType type, DType compute, double dropout, String target) {
        LanguageModel model =
                new LanguageModel(TinyModels.stories(), new Initialisation(0.1, 1), WeightPlacement.frozen(compute));
        Adapter adapter = Adapter.fresh(
                model.config(), new AdapterConfig(type, 4, 8, dropout, List.of(target), false), 5, model::weight);
        return Policy.adapter(model, GoldenModels.filled(adapter));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void itsLossAndItsGradientAreTheSameBits(Supplier<Policy> made) {
        Policy policy = made.get();
        Step kept = Step.of(policy, STEP, new NextToken());
        Step.of(policy.recomputing(Recomputation.LAYERS), STEP, new NextToken()).requireSameBits(kept);
    }

    private static Example row(int row, int length) {
        int[] tokens = new int[length];
        Arrays.setAll(tokens, i -> (int) Draw.of(row, "row").below(i, 512));
        return Example.ofText(row, tokens);
    }

    /** Of both answers the first five tokens are the prompt. */
    private static Example answer(int row, int length) {
        int[] tokens = row(row, length).tokens();
        System.arraycopy(row(2, 5).tokens(), 0, tokens, 0, 5);
        float[] weights = new float[length];
        Arrays.fill(weights, 5, length, 1);
        return new Example(row, tokens, weights);
    }
}
