package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Step;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that two workers compute is the step that one computes. */
class ParallelPolicyTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLoaderForTwoWorkersTakesTheStepsOfALoaderForOne(boolean full) {
        Policy policy = full ? Policy.full(TinyModels.trainable(TinyModels.stories(), 1)) : adapter();
        EpochLoader one = loader(1);
        EpochLoader two = loader(2);
        assertThat(two.steps()).isEqualTo(one.steps());
        for (long step = 0; step < one.steps(); step++) {
            List<Batch> batches = two.step(step);
            assertThat(batches.size() % 2).isZero();
            assertThat(batches).hasSizeGreaterThan(one.step(step).size() - 1);
            Step alone = Step.of(policy, one.step(step), new NextToken());
            Step.of(policy.parallel(2), batches, new NextToken()).requireLike(alone);
        }
    }

    private static EpochLoader loader(int workers) {
        Dataset rows = Dataset.of(IntStream.range(0, 12)
                .mapToObj(row -> {
                    int[] tokens = new int[3 + row * 5 % 12];
                    Arrays.setAll(tokens, i -> (int) Draw.of(row, "row").below(i, 512));
                    return Example.ofText(row, tokens);
                })
                .toList());
        return EpochLoader.epochs(rows, new EpochLoader.BatchShape(true, 0, 6, 0, 24, 3, List.of(), workers), 1);
    }

    private static Policy adapter() {
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = Adapter.fresh(TinyModels.stories(), shape, 5);
        return Policy.adapter(TinyModels.frozen(TinyModels.stories(), 1), GoldenModels.filled(adapter));
    }
}
