package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OfflineSource} keeps: a step is a function of its number alone, micro-batches change only how its rows are
 * laid out, and each row is trained once an epoch.
 */
public abstract class OfflineSourceContract {
    /** Tokens of a micro-batch that holds a whole step. */
    protected static final int MANY = 1_000_000;

    /**
     * A new source of at least four steps over the same rows, the same each time.
     *
     * @param tokensPerBatch tokens that one micro-batch may have; {@link #MANY} or a few rows' worth
     */
    protected abstract OfflineSource open(int tokensPerBatch);

    /** The steps of an epoch. */
    protected abstract long epoch();

    /** The numbers of all rows that an epoch trains, each once, in any order. */
    protected abstract long[] rows();

    /** Whether a batch is of the rows that an epoch trains; what stands beside them may come more often or less. */
    protected boolean isOfEpoch(Batch batch) {
        return true;
    }

    /** Asked backwards, twice, and of another source, each step is the same to the last token. */
    @Test
    void aStepIsAFunctionOfItsNumber() {
        OfflineSource one = open(MANY);
        assertThat(one.steps()).isGreaterThanOrEqualTo(4);
        List<List<String>> forwards = LongStream.range(0, one.steps())
                .mapToObj(step -> BatchText.whole(one.step(step)))
                .toList();
        assertThat(Set.copyOf(forwards)).hasSizeGreaterThan(1);
        OfflineSource other = open(MANY);
        assertThat(other.steps()).isEqualTo(one.steps());
        for (long step = one.steps() - 1; step >= 0; step--) {
            List<String> expected = forwards.get((int) step);
            assertThat(BatchText.whole(one.step(step)))
                    .as("step %d again", step)
                    .isEqualTo(expected);
            assertThat(BatchText.whole(other.step(step)))
                    .as("step %d of another", step)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theNextStepIsTheStepOfItsNumber() {
        OfflineSource source = open(MANY);
        for (long step = 0; step < source.steps(); step++) {
            StepBatches next = source.next(step);
            assertThat(BatchText.whole(next.batches())).isEqualTo(BatchText.whole(source.step(step)));
            assertThat(BatchText.whole(next.rows().stream().map(StepRow::batch).toList()))
                    .isEqualTo(BatchText.whole(
                            source.rows(step).stream().map(StepRow::batch).toList()));
        }
    }

    @Test
    void microBatchesHoldTheSameRows() {
        OfflineSource whole = open(MANY);
        OfflineSource small = open(30);
        assertThat(small.steps()).isEqualTo(whole.steps());
        long batches = 0;
        for (long step = 0; step < whole.steps(); step++) {
            assertThat(BatchText.rows(small.step(step)))
                    .as("step %d", step)
                    .containsExactlyInAnyOrderElementsOf(BatchText.rows(whole.step(step)));
            batches += small.step(step).size();
        }
        assertThat(batches).as("micro-batches").isGreaterThan(whole.steps());
    }

    /** The same rows, each with the same targets and weights. */
    @Test
    void rowsAloneAreThoseOfTheMicroBatches() {
        OfflineSource source = open(30);
        for (long step = 0; step < source.steps(); step++) {
            List<Batch> alone = source.rows(step).stream().map(StepRow::batch).toList();
            assertThat(BatchText.rows(alone)).containsExactlyInAnyOrderElementsOf(BatchText.rows(source.step(step)));
            assertThat(source.rows(step)).allMatch(row -> !row.place().isEmpty());
        }
    }

    @Test
    void everyRowIsTrainedOnceAnEpoch() {
        OfflineSource source = open(MANY);
        for (long first = 0; first + epoch() <= source.steps(); first += epoch()) {
            long[] trained = LongStream.range(first, first + epoch())
                    .boxed()
                    .flatMap(step -> source.step(step).stream())
                    .filter(this::isOfEpoch)
                    .flatMapToLong(batch -> Arrays.stream(batch.rowIds()))
                    .sorted()
                    .toArray();
            long[] expected = rows().clone();
            Arrays.sort(expected);
            assertThat(trained).as("epoch from step %d", first).containsExactly(expected);
        }
    }

    @Test
    void trainedTokensAreTheTargetsOfTheStep() {
        OfflineSource source = open(30);
        for (long step = 0; step < source.steps(); step++) {
            long targets = source.step(step).stream()
                    .mapToLong(batch -> batch.targets().count())
                    .sum();
            assertThat(source.trainedTokens(step).values()).allMatch(tokens -> tokens > 0);
            assertThat(source.trainedTokens(step).values().stream()
                            .mapToLong(tokens -> tokens)
                            .sum())
                    .isEqualTo(targets);
        }
    }

    @Test
    void aStepOutsideTheSourceIsRefused() {
        OfflineSource source = open(MANY);
        for (long outside : new long[] {-1, source.steps()}) {
            assertThatThrownBy(() -> source.step(outside)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
