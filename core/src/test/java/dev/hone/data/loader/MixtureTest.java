package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.dataset.Dataset;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixtureTest {
    private static final int MANY = 1_000_000;
    private static final long SEED = 23;

    /** Stories of 100 to 300 tokens, remarks of 2 to 9, and lists of 20 to 40. */
    private static Sources library() {
        return new Sources(rows(60, 100, 300), rows(3000, 2, 9), rows(200, 20, 40));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 512"})
    void tokensAreTrainedInTheRatioOfTheWeightsWhateverTheLengthOfRows(boolean shuffle, int capacity) {
        EpochLoader loader = EpochLoader.epochs(library(), shape(shuffle, capacity, 8, List.of(3.0, 1.0, 2.0)), 2);
        Map<Integer, Long> tokens = new HashMap<>();
        long total = 0;
        for (long step = 0; step < loader.steps(); step++) {
            loader.trainedTokens(step).forEach((source, trained) -> tokens.merge(source, trained, Long::sum));
        }
        for (long trained : tokens.values()) {
            total += trained;
        }
        assertThat(tokens.get(0) / (double) total).isCloseTo(3 / 6.0, within(0.02 * 3 / 6));
        assertThat(tokens.get(1) / (double) total).isCloseTo(1 / 6.0, within(0.02 * 1 / 6));
        assertThat(tokens.get(2) / (double) total).isCloseTo(2 / 6.0, within(0.02 * 2 / 6));
    }

    /** Wherever one stops within an epoch, no source is off by more than its longest row, and one of the others. */
    @Test
    void noStretchOfAnEpochIsFarFromTheWeights() {
        Sources sources = library();
        int[] order = new Mixture(sources, List.of(3.0, 1.0, 2.0), true, SEED).epoch(0);
        long[] tokens = new long[3];
        for (int row : order) {
            tokens[sources.source(row)] += sources.trainedTokens(row);
            long total = Arrays.stream(tokens).sum();
            assertThat((double) tokens[0]).isCloseTo(total * 3 / 6.0, within(300.0));
            assertThat((double) tokens[1]).isCloseTo(total * 1 / 6.0, within(300.0));
            assertThat((double) tokens[2]).isCloseTo(total * 2 / 6.0, within(300.0));
        }
    }

    /**
     * Sources of 10 and 30 rows of 5 trained tokens. Weighted 1 : 1, an epoch reads the second once and the first three times;
     * weighted 1 : 2, the first one and a half times, and in two epochs three times.
     */
    @Test
    void anEpochReadsOnceWhatLastsLongestAndTheRestAsOftenAsItsWeightAsks() {
        Sources sources = new Sources(rows(10, 6, 6), rows(30, 6, 6));
        assertThat(timesRead(new Mixture(sources, List.of(1.0, 1.0), true, SEED), 1))
                .containsExactlyEntriesOf(once(3, 1));
        Mixture uneven = new Mixture(sources, List.of(1.0, 2.0), true, SEED);
        assertThat(uneven.epoch(0)).hasSize(45);
        assertThat(timesRead(uneven, 2)).containsExactlyEntriesOf(once(3, 2));
    }

    @Test
    void rowsOfASourceAreReadInANewOrderEachRoundOrInFileOrder() {
        Sources sources = new Sources(rows(10, 6, 6), rows(30, 6, 6));
        List<Integer> shuffled = ofFirst(sources, new Mixture(sources, List.of(1.0, 1.0), true, SEED).epoch(0));
        assertThat(shuffled.subList(0, 10))
                .isNotEqualTo(shuffled.subList(10, 20))
                .doesNotHaveDuplicates();
        List<Integer> ordered = ofFirst(sources, new Mixture(sources, List.of(1.0, 1.0), false, SEED).epoch(4));
        assertThat(ordered.subList(10, 20)).isSorted().isEqualTo(ordered.subList(0, 10));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 512", "false, 512"})
    void anyStepCanBeComputedAloneInAnyOrderAndTwice(boolean shuffle, int capacity) {
        EpochLoader.BatchShape shape = shape(shuffle, capacity, 16, List.of(3.0, 1.0, 2.0));
        EpochLoader straight = EpochLoader.epochs(library(), shape, 3);
        List<long[]> steps = LongStream.range(0, straight.steps())
                .mapToObj(step -> numbers(straight, step))
                .toList();
        EpochLoader backwards = EpochLoader.epochs(library(), shape, 3);
        for (int step = steps.size() - 1; step >= 0; step -= 7) {
            assertThat(numbers(backwards, step)).containsExactly(steps.get(step));
            assertThat(numbers(backwards, step)).containsExactly(steps.get(step));
        }
        assertThat(numbers(EpochLoader.epochs(library(), shape, 3), steps.size() / 2))
                .containsExactly(steps.get(steps.size() / 2));
    }

    @Test
    void withoutWeightsTheOrderIsTheSameHoweverRowsAreSpreadOverSources() {
        EpochLoader spread = EpochLoader.epochs(library(), shape(true, 0, 8, List.of()), 2);
        EpochLoader single = EpochLoader.epochs(new Sources(library().all()), shape(true, 0, 8, List.of()), 2);
        for (long step = 0; step < single.steps(); step += 5) {
            assertThat(numbers(spread, step)).containsExactly(numbers(single, step));
        }
    }

    /** Recorded before there were weights. */
    @Test
    void theOrderWithoutWeightsIsWhatItEverWas() {
        Sources ten = new Sources(rows(10, 5, 9));
        EpochLoader single = EpochLoader.epochs(ten, new EpochLoader.BatchShape(true, 0, 5, 0, MANY, 42), 2);
        assertThat(LongStream.range(0, 4).mapToObj(step -> numbers(single, step)))
                .containsExactly(
                        new long[] {8, 3, 0, 6, 7}, new long[] {9, 5, 4, 2, 1}, new long[] {7, 9, 2, 3, 8}, new long[] {
                            5, 1, 0, 6, 4
                        });
        EpochLoader packed = EpochLoader.epochs(ten, new EpochLoader.BatchShape(true, 16, 3, 0, MANY, 42), 2);
        assertThat(LongStream.range(0, 4).mapToObj(step -> numbers(packed, step)))
                .containsExactly(
                        new long[] {3, 0, 9, 2, 1},
                        new long[] {8, 6, 7, 5, 4},
                        new long[] {3, 0, 6, 8, 7, 9},
                        new long[] {1, 4, 2, 5});
    }

    @Test
    void aBinHoldsRowsOfSeveralSourcesThatDoNotSeeEachOther() {
        Sources sources = library();
        EpochLoader loader = EpochLoader.epochs(sources, shape(true, 512, 1, List.of(1.0, 1.0, 1.0)), 1);
        int mixed = 0;
        for (long step = 0; step < loader.steps(); step++) {
            Batch bin = loader.step(step).get(0);
            assertThat(bin.tokenCount()).isLessThanOrEqualTo(512);
            assertThat(bin.segments()).hasSize(bin.rowCount()).noneMatch(Segment::hasParent);
            assertThat(bin.segments()).allMatch(segment -> bin.positions()[segment.start()] == 0);
            mixed += loader.trainedTokens(step).size() > 1 ? 1 : 0;
        }
        assertThat(mixed).as("bins with rows of several sources").isGreaterThan(10);
    }

    @Test
    void aSourceWithoutRowsIsLeftOut() {
        Sources sources = new Sources(rows(10, 6, 6), List.of(), rows(10, 6, 6));
        assertThat(new Mixture(sources, List.of(1.0, 5.0, 1.0), true, SEED).epoch(0))
                .hasSize(20);
    }

    @Test
    void weightsThatReadARowMillionsOfTimesAreRefused() {
        Sources sources = new Sources(rows(10, 6, 6), rows(1000, 6, 6));
        assertThatThrownBy(() -> new Mixture(sources, List.of(1e6, 1.0), true, SEED))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("bring the weights closer to the sizes of the sources");
        assertThatThrownBy(() -> shape(true, 0, 1, List.of(1.0, 0.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights ([1.0, 0.0]) must be positive");
    }

    private static Map<Integer, Long> once(long first, long second) {
        Map<Integer, Long> times = new HashMap<>();
        IntStream.range(0, 10).forEach(row -> times.put(row, first));
        IntStream.range(10, 40).forEach(row -> times.put(row, second));
        return times;
    }

    private static Map<Integer, Long> timesRead(Mixture mixture, int epochs) {
        Map<Integer, Long> times = new HashMap<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int row : mixture.epoch(epoch)) {
                times.merge(row, 1L, Long::sum);
            }
        }
        return times;
    }

    private static List<Integer> ofFirst(Sources sources, int[] order) {
        return Arrays.stream(order)
                .filter(row -> sources.source(row) == 0)
                .boxed()
                .toList();
    }

    private static EpochLoader.BatchShape shape(boolean shuffle, int capacity, int rowsPerStep, List<Double> weights) {
        return new EpochLoader.BatchShape(shuffle, capacity, rowsPerStep, 0, MANY, SEED, weights, 1);
    }

    private static long[] numbers(OfflineSource loader, long step) {
        return loader.step(step).stream()
                .flatMapToLong(batch -> Arrays.stream(batch.rowIds()))
                .toArray();
    }

    /** Lengths of that many rows, from a seeded generator. */
    static List<Integer> rows(int count, int shortest, int longest) {
        Random random = new Random(SEED);
        return IntStream.range(0, count)
                .mapToObj(i -> shortest + random.nextInt(longest - shortest + 1))
                .toList();
    }

    /** Texts of given lengths, by source. */
    static final class Sources implements Dataset {
        private final List<Example> texts = new ArrayList<>();
        private final List<Integer> sources = new ArrayList<>();

        @SafeVarargs
        Sources(List<Integer>... lengths) {
            for (int source = 0; source < lengths.length; source++) {
                for (int length : lengths[source]) {
                    texts.add(Example.ofText(texts.size(), new int[length]));
                    sources.add(source);
                }
            }
        }

        List<Integer> all() {
            return texts.stream().map(Example::length).toList();
        }

        @Override
        public int count() {
            return texts.size();
        }

        @Override
        public int length(int row) {
            return texts.get(row).length();
        }

        @Override
        public int trainedTokens(int row) {
            return texts.get(row).trained();
        }

        @Override
        public int source(int row) {
            return sources.get(row);
        }

        @Override
        public Batch batch(List<Integer> rows) {
            return Batch.of(rows.stream().map(texts::get).toList());
        }

        @Override
        public String place(int row) {
            return "row " + row;
        }
    }
}
