package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.loader.MixtureTest.Sources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {
    private static final Sources OWN = new Sources(MixtureTest.rows(500, 10, 60));
    private static final Sources GENERAL = new Sources(MixtureTest.rows(40, 5, 200));

    @ParameterizedTest
    @CsvSource({"0.1, 0", "0.5, 0", "0.03, 256"})
    void theShareHoldsOverTheFirstStepsOfTheRunButForARow(double share, int capacity) {
        Replay replay = new Replay(loader(capacity), GENERAL, share);
        long all = 0;
        long replayed = 0;
        for (long step = 0; step < replay.steps(); step++) {
            all += replay.trainedTokens(step).values().stream()
                    .mapToLong(t -> t)
                    .sum();
            replayed += replay.trainedTokens(step).getOrDefault(Replay.SOURCE, 0L);
            assertThat((double) replayed).isCloseTo(share * all, within(200.0));
        }
        assertThat(replayed / (double) all).isCloseTo(share, within(0.02));
    }

    @Test
    void theLoaderItselfStaysAsItIs() {
        EpochLoader alone = loader(0);
        Replay replay = new Replay(loader(0), GENERAL, 0.2);
        for (long step = 0; step < alone.steps(); step += 9) {
            List<Batch> own = replay.step(step).stream()
                    .filter(batch -> !batch.has(Annotation.REPLAY))
                    .toList();
            assertThat(numbers(own)).containsExactly(numbers(alone.step(step)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "256"})
    void theTrainedTokensOfAStepAreThoseOfItsBatches(int capacity) {
        Replay replay = new Replay(loader(capacity), GENERAL, 0.2);
        for (long step = 0; step < replay.steps(); step += 5) {
            long marked = replay.step(step).stream()
                    .filter(batch -> batch.has(Annotation.REPLAY))
                    .mapToLong(batch -> batch.targets().count())
                    .sum();
            assertThat(replay.trainedTokens(step).getOrDefault(Replay.SOURCE, 0L))
                    .isEqualTo(marked);
        }
    }

    @Test
    void rowsAreReplayedRoundAfterRoundAndNoneIsLost() {
        Replay replay = new Replay(loader(0), GENERAL, 0.4);
        List<Long> rows = new ArrayList<>();
        for (long step = 0; step < replay.steps(); step++) {
            replay.step(step).stream()
                    .filter(batch -> batch.has(Annotation.REPLAY))
                    .forEach(batch -> Arrays.stream(batch.rowIds()).forEach(rows::add));
        }
        for (int from = 0; from + 40 <= rows.size(); from += 40) {
            assertThat(rows.subList(from, from + 40))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, 40).boxed().toList());
        }
        assertThat(rows.subList(0, 40)).isNotEqualTo(rows.subList(40, 80));
    }

    @Test
    void anyStepCanBeComputedAloneInAnyOrderAndTwice() {
        Replay straight = new Replay(loader(256), GENERAL, 0.3);
        List<long[]> steps = LongStream.range(0, straight.steps())
                .mapToObj(step -> numbers(straight.step(step)))
                .toList();
        Replay backwards = new Replay(loader(256), GENERAL, 0.3);
        for (int step = steps.size() - 1; step >= 0; step -= 4) {
            assertThat(numbers(backwards.step(step))).containsExactly(steps.get(step));
            assertThat(numbers(backwards.step(step))).containsExactly(steps.get(step));
        }
    }

    @Test
    void aShareOfNothingOrOfEverythingIsRefused() {
        for (double share : List.of(0.0, 1.0, -0.1)) {
            assertThatThrownBy(() -> new Replay(loader(0), GENERAL, share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("share (" + share + ") must be above 0 and below 1");
        }
    }

    /** Three epochs in steps of eight rows, or two bins. */
    private static EpochLoader loader(int capacity) {
        return EpochLoader.epochs(OWN, new EpochLoader.BatchShape(true, capacity, capacity == 0 ? 8 : 2, 0, 300, 5), 3);
    }

    private static long[] numbers(List<Batch> batches) {
        return batches.stream()
                .flatMapToLong(batch -> Arrays.stream(batch.rowIds()))
                .toArray();
    }
}
