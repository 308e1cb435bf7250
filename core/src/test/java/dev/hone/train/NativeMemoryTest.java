package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.Engine;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Training holds as much memory after many steps as after a few. */
class NativeMemoryTest {
    private static final List<Batch> STEP = List.of(
            Batch.of(IntStream.range(0, 4).mapToObj(NativeMemoryTest::row).toList()), Batch.of(List.of(row(4))));

    @Test
    void fullTrainingHoldsNothingBack() {
        assertFlat(Policy.full(TinyModels.trainable(TinyModels.stories(), 1)));
    }

    @Test
    void trainingAnAdapterHoldsNothingBack() {
        LanguageModel model = TinyModels.frozen(TinyModels.stories(), 1);
        AdapterConfig shape = new AdapterConfig(4, 8, 0.1, List.of(AdapterConfig.ALL_LINEAR), false);
        assertFlat(Policy.adapter(model, Adapter.fresh(model.config(), shape, 1)));
    }

    /**
     * A step makes megabytes of tensors; 30 MB more after 200 steps would be 150 kB that each left behind. What is left
     * behind grows every time, while the Java heap or the allocator may take some megabytes once.
     */
    private static void assertFlat(Policy policy) {
        AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
        train(policy, optimizer, 0, 100);
        double least = Double.POSITIVE_INFINITY;
        for (int from = 100; from < 900 && least >= 30; from += 200) {
            System.gc(); // Java's own garbage shall find its old place again; what handles hold goes before it is
            // counted
            long before = Engine.residentBytes();
            train(policy, optimizer, from, from + 200);
            least = Math.min(least, (Engine.residentBytes() - before) / 1e6);
        }
        assertThat(least).as("growth in MB, the least of four times").isLessThan(30);
    }

    private static void train(Policy policy, AdamW optimizer, int from, int to) {
        Gradients gradients = new Gradients(policy.parameters());
        for (int step = from; step < to; step++) {
            gradients.clear();
            policy.accumulate(STEP, new NextToken(), Draw.of(1, "dropout").at(step));
            gradients.clip(gradients.norm(), 1);
            optimizer.step(1e-3);
        }
    }

    private static Example row(int row) {
        int[] tokens = new int[20];
        Arrays.setAll(tokens, i -> (int) Draw.of(row, "row").below(i, 512));
        return Example.ofText(row, tokens);
    }
}
