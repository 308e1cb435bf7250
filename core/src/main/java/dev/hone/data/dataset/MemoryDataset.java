package dev.hone.data.dataset;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Rows of any kind held in memory, all of one source. Safe to share between threads.
 *
 * @param length tokens of a row
 * @param trained trained tokens of a row
 * @param batches lays rows flat, in the given order
 * @param places where a row came from, for messages
 */
record MemoryDataset<T>(
        List<T> rows,
        ToIntFunction<T> length,
        ToIntFunction<T> trained,
        Function<List<T>, Batch> batches,
        Function<T, String> places)
        implements Dataset {
    MemoryDataset {
        rows = List.copyOf(rows);
    }

    @Override
    public int count() {
        return rows.size();
    }

    @Override
    public int length(int row) {
        return length.applyAsInt(rows.get(row));
    }

    @Override
    public int trainedTokens(int row) {
        return trained.applyAsInt(rows.get(row));
    }

    @Override
    public int source(int row) {
        return 0;
    }

    @Override
    public Batch batch(List<Integer> chosen) {
        return batches.apply(chosen.stream().map(rows::get).toList());
    }

    @Override
    public String place(int row) {
        return places.apply(rows.get(row));
    }
}
