package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochLoaderTest {
    private static final int MANY = 1_000_000;

    /** Batches of b rows, accumulated k at a time over e epochs: e · ⌈b / k⌉ steps, the short last one counted. */
    @ParameterizedTest
    @CsvSource({"10, 4, 3, 9", "8, 4, 1, 2", "3, 8, 2, 2"})
    void aShortLastStepIsAStep(int rows, int rowsPerStep, int epochs, int steps) {
        assertThat(EpochLoader.epochs(rows(rows), shape(true, 0, rowsPerStep, 1, MANY, 0), epochs)
                        .steps())
                .isEqualTo(steps);
    }

    @Test
    void theRowsLeftOverMakeTheLastStepOfAnEpoch() {
        EpochLoader loader = EpochLoader.epochs(rows(10), shape(true, 0, 4, 0, MANY, 0), 2);
        assertThat(IntStream.range(0, 6).map(step -> numbers(loader, step).length))
                .containsExactly(4, 4, 2, 4, 4, 2);
        assertThat(loader.epochAt(4)).isEqualTo(1 + 1 / 3.0);
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "false, 32", "true, 32"})
    void anEpochHasEveryRowExactlyOnce(boolean shuffle, int capacity) {
        int rows = 5000; // more than are packed together
        EpochLoader loader = EpochLoader.epochs(rows(rows), shape(shuffle, capacity, 7, 2, MANY, 11), 2);
        assertThat(loader.steps() % 2).isZero();
        for (long epoch = 0; epoch < 2; epoch++) {
            long first = epoch * loader.steps() / 2;
            assertThat(LongStream.range(first, first + loader.steps() / 2)
                            .flatMap(step -> Arrays.stream(numbers(loader, step)))
                            .sorted())
                    .containsExactlyElementsOf(LongStream.range(0, rows).boxed().toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "32"})
    void aStepIsTheSameWhereverTheRunBegan(int capacity) {
        EpochLoader straight = EpochLoader.epochs(rows(60), shape(true, capacity, 4, 2, MANY, 3), 3);
        long[][] steps = new long[(int) straight.steps()][];
        for (int step = 0; step < steps.length; step++) {
            steps[step] = numbers(straight, step);
        }
        for (int step = steps.length - 1; step >= 0; step -= 2) {
            EpochLoader resumed = EpochLoader.epochs(rows(60), shape(true, capacity, 4, 2, MANY, 3), 3);
            assertThat(numbers(resumed, step)).containsExactly(steps[step]);
        }
    }

    @Test
    void theOrderDependsOnSeedAndEpochAlone() {
        EpochLoader loader = EpochLoader.epochs(rows(50), shape(true, 0, 50, 0, MANY, 1), 2);
        EpochLoader otherSteps = EpochLoader.epochs(rows(50), shape(true, 0, 25, 0, MANY, 1), 2);
        EpochLoader otherSeed = EpochLoader.epochs(rows(50), shape(true, 0, 50, 0, MANY, 2), 2);
        assertThat(numbers(loader, 0)).isNotEqualTo(numbers(loader, 1)).isNotEqualTo(numbers(otherSeed, 0));
        assertThat(LongStream.concat(Arrays.stream(numbers(otherSteps, 2)), Arrays.stream(numbers(otherSteps, 3)))
                        .toArray())
                .containsExactly(numbers(loader, 1));
    }

    @Test
    void withoutShufflingRowsComeInFileOrderEpochAfterEpoch() {
        EpochLoader loader = EpochLoader.steps(rows(3), shape(false, 0, 2, 0, MANY, 9), 4);
        assertThat(LongStream.range(0, 4).boxed().map(step -> numbers(loader, step)))
                .containsExactly(new long[] {0, 1}, new long[] {2}, new long[] {0, 1}, new long[] {2});
    }

    @Test
    void epochsNeedNotBeWhole() {
        assertThat(EpochLoader.epochs(rows(10), shape(true, 0, 1, 1, MANY, 0), 1.5)
                        .steps())
                .isEqualTo(15);
        assertThat(EpochLoader.epochs(rows(10), shape(true, 0, 1, 1, MANY, 0), 0.01)
                        .steps())
                .isEqualTo(1);
    }

    @Test
    void aStepIsSplitIntoBatchesByRowsOrByTokens() {
        Dataset ofTen = Dataset.of(IntStream.range(0, 8)
                .mapToObj(row -> Example.ofText(row, new int[10]))
                .toList());
        assertThat(sizes(EpochLoader.steps(ofTen, shape(true, 0, 8, 3, 5, 0), 1)))
                .containsExactly(3, 3, 2);
        assertThat(sizes(EpochLoader.steps(ofTen, shape(true, 0, 8, 0, 45, 0), 1)))
                .containsExactly(4, 4);
        assertThat(sizes(EpochLoader.steps(ofTen, shape(true, 0, 8, 0, 5, 0), 1)))
                .as("a single row may be longer than a batch")
                .containsExactly(1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void packedRowsFillBinsAndABinCountsAsARow() {
        EpochLoader loader = EpochLoader.epochs(rows(400), shape(true, 32, 1, 1, MANY, 4), 1);
        long tokens = 0;
        for (long step = 0; step < loader.steps(); step++) {
            int size = loader.step(step).get(0).tokenCount();
            assertThat(size).isLessThanOrEqualTo(32);
            tokens += size;
        }
        assertThat(tokens / (32.0 * loader.steps()))
                .as("share of the bins that is full")
                .isGreaterThan(0.97);
    }

    @Test
    void aStepOutsideTheRunAndDataWithoutRowsAreRefused() {
        assertThatThrownBy(() -> EpochLoader.steps(rows(3), shape(true, 0, 1, 1, MANY, 0), 2)
                        .step(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("step (2) is outside this run of 2");
        assertThatThrownBy(() -> EpochLoader.steps(Dataset.of(List.of()), shape(true, 0, 1, 1, MANY, 0), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rows");
    }

    private static EpochLoader.BatchShape shape(
            boolean shuffle, int capacity, int rowsPerStep, int rowsPerBatch, int tokensPerBatch, long seed) {
        return new EpochLoader.BatchShape(shuffle, capacity, rowsPerStep, rowsPerBatch, tokensPerBatch, seed);
    }

    /** Rows of 2 to 20 tokens. */
    private static Dataset rows(int count) {
        Random random = new Random(17);
        return Dataset.of(IntStream.range(0, count)
                .mapToObj(row -> Example.ofText(row, new int[2 + random.nextInt(19)]))
                .toList());
    }

    private static long[] numbers(EpochLoader loader, long step) {
        return loader.step(step).stream()
                .flatMapToLong(batch -> Arrays.stream(batch.rowIds()))
                .toArray();
    }

    private static List<Integer> sizes(EpochLoader loader) {
        return loader.step(0).stream().map(Batch::rowCount).toList();
    }
}
