package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.NextToken;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A run of eight steps, stopped after the third and the sixth, is to the last bit the run that was not: for every kind of policy. */
class ResumeTest {
    private static final int STEPS = 8;

    @TempDir
    private Path folder;

    static Stream<Arguments> policies() {
        return Stream.of(
                policy("full", () -> Policy.full(GoldenModels.trainable(GoldenModels.a()))),
                policy("LoRA", () -> adapter(AdapterType.LORA, 0)),
                policy("LoRA with dropout", () -> adapter(AdapterType.LORA, 0.2)),
                policy("DoRA", () -> adapter(AdapterType.DORA, 0)),
                policy("DoRA with dropout", () -> adapter(AdapterType.DORA, 0.2)));
    }

    private static Arguments policy(String name, Supplier<Policy> policy) {
        return Arguments.of(Named.of(name, policy));
    }

    private static Policy adapter(AdapterType type, double dropout) {
        LanguageModel base = GoldenModels.frozen(GoldenModels.a());
        AdapterConfig shape = new AdapterConfig(type, 2, 4, dropout, List.of(AdapterConfig.ALL_LINEAR), false);
        return Policy.adapter(base, Adapter.fresh(base.config(), shape, 5, base::weight));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aRunThatIsStoppedAndResumedIsTheSameRun(Supplier<Policy> made) {
        Policy whole = made.get();
        float[][] fresh = weights(whole);
        trainer(whole).run(rows(), () -> false);

        Policy last = whole;
        for (int stop : new int[] {3, 6, STEPS}) {
            last = made.get();
            Trainer trainer = trainer(last).saveTo(new StateFiles(folder, 1, line -> {}));
            assertThat(trainer.progress().step()).isEqualTo(stop == STEPS ? 6 : stop - 3);
            trainer.run(rows(), () -> trainer.progress().step() == stop);
        }
        float[][] expected = weights(whole);
        float[][] actual = weights(last);
        for (int i = 0; i < expected.length; i++) {
            String name = whole.parameters().get(i).name();
            assertThat(actual[i]).as(name).containsExactly(expected[i]);
            assertThat(expected[i]).as(name).isNotEqualTo(fresh[i]);
        }
    }

    private static Trainer trainer(Policy policy) {
        Hyperparameters hyperparameters = new Hyperparameters(
                0.01, Schedule.cosine(2), Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()), 1, 0, 0, null, 1);
        return new Trainer(policy, new NextToken(), hyperparameters);
    }

    /** Eight rows of eight tokens, two a step, in two epochs. */
    private static EpochLoader rows() {
        List<Example> rows = IntStream.range(0, 8)
                .mapToObj(row -> Example.ofText(
                        row,
                        IntStream.range(0, 8)
                                .map(i -> (row * 7 + i * (row + 1)) % 29)
                                .toArray()))
                .toList();
        return EpochLoader.epochs(Dataset.of(rows), new EpochLoader.BatchShape(true, 0, 2, 0, 64, 1), 2);
    }

    private static float[][] weights(Policy policy) {
        try (Scope scope = Scope.open()) {
            return policy.parameters().stream()
                    .map(Parameter::value)
                    .map(Tensor::detach)
                    .map(Tensor::floats)
                    .toArray(float[][]::new);
        }
    }
}
