package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a step that several workers compute side by side; {@link EpochLoaderTest} has those of one. */
class MicroBatchesTest {
    private static final int[] LENGTHS = {5, 4, 3, 3, 2, 1};

    /** The longest first to whoever has least: 5 | 4, then 4 + 3 = 7, 5 + 3 = 8, 7 + 2 = 9 and 8 + 1 = 9. */
    @Test
    void twoWorkersGetNineTokensEach() {
        assertThat(rows(split(LENGTHS, 9, 2))).containsExactly(List.of(0L, 3L, 5L), List.of(1L, 2L, 4L));
        assertThat(tokens(split(LENGTHS, 1000, 2))).containsExactly(9, 9);
    }

    /** 18 tokens are more than 2 · 8, so it takes a second round: 5 | 4 | 3 | 3, then 3 + 2 and 3 + 1. */
    @Test
    void whatDoesNotFitTakesAnotherRound() {
        assertThat(rows(split(LENGTHS, 8, 2)))
                .containsExactly(List.of(0L), List.of(1L), List.of(2L, 4L), List.of(3L, 5L));
    }

    /** 9 and 10 tokens are no more than 2 · 5, but no two rows of three fit together. */
    @Test
    void rowsThatDoNotFitTogetherTakeAnotherRoundToo() {
        assertThat(rows(split(new int[] {3, 3, 3}, 5, 2))).containsExactly(List.of(0L), List.of(1L), List.of(2L));
        assertThat(rows(split(new int[] {3, 3, 3, 1}, 5, 2)))
                .containsExactly(List.of(0L), List.of(1L), List.of(2L), List.of(3L));
    }

    /** Beside 20 tokens that fill one batch of 4, there are 4. */
    @Test
    void aRowLongerThanABatchStandsAlone() {
        assertThat(rows(split(new int[] {1, 20, 2, 1}, 4, 2))).containsExactly(List.of(1L), List.of(0L, 2L, 3L));
    }

    @Test
    void fewerRowsThanWorkersMakeAsManyBatches() {
        assertThat(rows(split(new int[] {2, 7}, 10, 4))).containsExactly(List.of(1L), List.of(0L));
    }

    @Test
    void rowsThatAreCountedAreNotBalanced() {
        EpochLoader.BatchShape counted = new EpochLoader.BatchShape(false, 0, 6, 4, 9, 0, List.of(), 2);
        assertThat(rows(MicroBatches.of(examples(LENGTHS), alone(6), counted)))
                .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L));
    }

    /** Bins of 5 + 1, 4 and 3 + 3 tokens. */
    @Test
    void aBinStaysWhole() {
        List<int[]> bins = List.of(new int[] {0, 5}, new int[] {1}, new int[] {2, 3});
        assertThat(rows(MicroBatches.of(examples(LENGTHS), bins, shape(16, 2))))
                .containsExactly(List.of(0L, 5L, 1L), List.of(2L, 3L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void noRowIsLostAndNoBatchTooLarge(int workers) {
        for (int seed = 0; seed < 300; seed++) {
            Draw draw = Draw.of(seed, "lengths");
            int count = 1 + (int) draw.below(0, 40);
            int longest = 1 + (int) draw.below(1, 60);
            int tokensPerBatch = 1 + (int) draw.below(2, 120);
            int[] lengths = new int[count];
            Arrays.setAll(lengths, i -> 1 + (int) draw.at(3).below(i, longest));
            List<Batch> batches = split(lengths, tokensPerBatch, workers);
            String as = "seed %d: %s".formatted(seed, Arrays.toString(lengths));
            assertThat(batches.stream()
                            .flatMapToLong(b -> LongStream.of(b.rowIds()))
                            .sorted())
                    .as(as)
                    .containsExactlyElementsOf(
                            LongStream.range(0, count).boxed().toList());
            assertThat(batches.size() % workers == 0 || batches.size() == count)
                    .as(as)
                    .isTrue();
            for (Batch batch : batches) {
                assertThat(batch.rowIds()).as(as).isNotEmpty().isSorted();
                assertThat(batch.tokenCount() <= tokensPerBatch || batch.rowCount() == 1)
                        .as(as)
                        .isTrue();
            }
        }
    }

    /** Of rows that are all far shorter than a batch, no batch has more than another and one row. */
    @Test
    void batchesDifferByLessThanTheLongestRow() {
        for (int seed = 0; seed < 100; seed++) {
            Draw draw = Draw.of(seed, "even");
            int[] lengths = new int[40];
            Arrays.setAll(lengths, i -> 1 + (int) draw.below(i, 30));
            List<Integer> tokens = tokens(split(lengths, 200, 4));
            int most = tokens.stream().mapToInt(t -> t).max().orElseThrow();
            int fewest = tokens.stream().mapToInt(t -> t).min().orElseThrow();
            assertThat(most - fewest).as("seed %d", seed).isLessThanOrEqualTo(30);
        }
    }

    private static List<Batch> split(int[] lengths, int tokensPerBatch, int workers) {
        return MicroBatches.of(examples(lengths), alone(lengths.length), shape(tokensPerBatch, workers));
    }

    private static EpochLoader.BatchShape shape(int tokensPerBatch, int workers) {
        return new EpochLoader.BatchShape(false, 0, 6, 0, tokensPerBatch, 0, List.of(), workers);
    }

    private static List<int[]> alone(int rows) {
        return IntStream.range(0, rows).mapToObj(row -> new int[] {row}).toList();
    }

    private static Dataset examples(int... lengths) {
        return Dataset.of(IntStream.range(0, lengths.length)
                .mapToObj(row -> Example.ofText(row, new int[lengths[row]]))
                .toList());
    }

    private static List<List<Long>> rows(List<Batch> batches) {
        return batches.stream()
                .map(batch -> Arrays.stream(batch.rowIds()).boxed().toList())
                .toList();
    }

    private static List<Integer> tokens(List<Batch> batches) {
        return batches.stream().map(Batch::tokenCount).toList();
    }
}
