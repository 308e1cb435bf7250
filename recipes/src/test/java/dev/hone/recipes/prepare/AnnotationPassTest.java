package dev.hone.recipes.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotationPassTest {
    /** Row r has the tokens r, r + 1 …, 1 + r mod 4 of them; a model that says the token gives r + 1, r + 2 …, its targets. */
    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "3, 5", "2, 1", "4, 1000"})
    void everyRowGetsItsNumbersFromAnyNumberOfWorkers(int workers, int tokensPerBatch) {
        Dataset rows = Dataset.of(IntStream.range(0, 11)
                .mapToObj(row -> Example.ofText(
                        row, IntStream.rangeClosed(row, row + row % 4).toArray()))
                .toList());
        List<float[]> numbers = AnnotationPass.read(
                rows, tokensPerBatch, Workers.of(workers), "reading", RunObserver.none(), AnnotationPassTest::targets);
        assertThat(numbers).hasSize(11);
        for (int row = 0; row < 11; row++) {
            float[] expected = new float[row % 4];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = row + i + 1;
            }
            assertThat(numbers.get(row)).as("row %d", row).containsExactly(expected);
        }
    }

    private static float[] targets(Batch batch) {
        int[] tokens = batch.targets().token();
        float[] values = new float[tokens.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = tokens[i];
        }
        return values;
    }
}
