package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.Arrays;
import java.util.List;

/**
 * The files that a dataset is read from, how their rows become examples, and how long these may be. Safe to share between
 * threads, as its renderer is.
 *
 * @param maxTokens tokens of the longest example
 * @param overflow what is done with a longer one
 */
record DatasetFiles(List<JsonlFile> files, RowRenderer renderer, int maxTokens, Overflow overflow) {
    DatasetFiles {
        files = List.copyOf(files);
    }

    /** Where a row stands. */
    record RowOrigin(int file, int row, String place) {}

    /** Takes the rows of files in, one after the other. */
    interface RowConsumer {
        /** Takes a row in; {@link DataException} if it cannot be used. */
        void row(RowColumns row, RowOrigin origin);
    }

    /** Shows all rows, in order; says how many there were, and how many of them could not be used. */
    RowReader read(ReadingListener listener, RowConsumer visitor) {
        return RowReader.over(files, listener, (file, row) -> {
            RowColumns columns = row(file, row);
            visitor.row(columns, origin(file, row));
            listener.unread(columns);
        });
    }

    RowColumns row(int file, int row) {
        return RowColumns.of(files.get(file).row(row), files.get(file).place(row));
    }

    RowOrigin origin(int file, int row) {
        return new RowOrigin(file, row, files.get(file).place(row));
    }

    /** A row as an example, however long. */
    Example example(Row row, long number, String place) {
        return renderer.render(row, number, place).example();
    }

    boolean isTooLong(int length) {
        return length > maxTokens;
    }

    /**
     * The beginning of an example, as long as allowed. Of several sequences those are left out of which no trained token is left,
     * as long as there are others.
     */
    Example cut(Example example) {
        List<Example> sequences = example.sequences().stream()
                .map(sequence -> slice(sequence, 0, Math.min(maxTokens, sequence.length())))
                .toList();
        List<Example> trained =
                sequences.stream().filter(sequence -> sequence.trained() > 0).toList();
        return Example.of(example.row(), trained.isEmpty() ? sequences.subList(0, 1) : trained);
    }

    static Example slice(Example example, int from, int to) {
        return new Example(
                example.row(),
                Arrays.copyOfRange(example.tokens(), from, to),
                Arrays.copyOfRange(example.weights(), from, to));
    }

    /**
     * A row that is too long and must not be.
     *
     * @param what has that many tokens, such as {@code has}
     * @param remedies values of {@code data.on-overflow} that allow it
     */
    DataException tooLong(String place, String what, int length, String remedies) {
        return DataException.at(
                place,
                what + " " + length + " tokens where max-tokens is " + maxTokens
                        + "; raise data.max-tokens, or set data.on-overflow to " + remedies);
    }

    /** No row is left, each being too long or useless. */
    DataException nothingLeft(String noun, String because) {
        return new DataException(JsonlFile.paths(files) + ": no " + noun + " is left to train on; " + because
                + " are longer than max-tokens (" + maxTokens + ")");
    }
}
