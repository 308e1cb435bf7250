package dev.hone.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.error.DataException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SubsetTest {
    @Test
    void everyRowIsEitherTrainedOnOrHeldOut() {
        Subset.TrainingSplit split = Subset.holdOut(rows(100), 0.2, 5);
        assertThat(split.heldOut().count()).isEqualTo(20);
        assertThat(LongStream.concat(numbers(split.training()), numbers(split.heldOut())))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 100).boxed().toList());
    }

    @Test
    void theChoiceIsThatOfTheSeed() {
        long[] first = numbers(Subset.holdOut(rows(100), 0.2, 5).heldOut()).toArray();
        long[] again = numbers(Subset.holdOut(rows(100), 0.2, 5).heldOut()).toArray();
        long[] other = numbers(Subset.holdOut(rows(100), 0.2, 6).heldOut()).toArray();
        assertThat(again).isEqualTo(first).isNotEqualTo(other);
    }

    @Test
    void rowsKeepTheirNumberLengthAndPlace() {
        Dataset all = rows(10);
        Dataset held = Subset.holdOut(all, 0.5, 1).heldOut();
        for (int i = 0; i < held.count(); i++) {
            int row = (int) held.batch(List.of(i)).rowIds()[0];
            assertThat(held.length(i)).isEqualTo(all.length(row));
            assertThat(held.place(i)).isEqualTo(all.place(row));
        }
    }

    @Test
    void atLeastOneRowIsHeldOutAndAtLeastOneTrainedOn() {
        assertThat(Subset.holdOut(rows(10), 0.001, 0).heldOut().count()).isEqualTo(1);
        assertThatThrownBy(() -> Subset.holdOut(rows(10), 0.99, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("holding out 10 of 10 rows leaves none to train on");
    }

    private static Dataset rows(int count) {
        List<Example> rows = IntStream.range(0, count)
                .mapToObj(row -> Example.ofText(row, new int[row + 2]))
                .toList();
        return Dataset.of(rows);
    }

    private static LongStream numbers(Dataset examples) {
        return IntStream.range(0, examples.count())
                .mapToLong(i -> examples.batch(List.of(i)).rowIds()[0]);
    }
}
