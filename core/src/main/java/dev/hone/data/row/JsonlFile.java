package dev.hone.data.row;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.file.StoredRows;
import dev.hone.error.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file, or some of them, reached by number, with columns under the names that are read: of JSON Lines, one JSON list, a table,
 * compressed or not, or whatever else {@link StoredRows} opens. The rows stay in their file, so it may be larger than memory and any row
 * can be read next. Safe to share between threads.
 */
public final class JsonlFile {
    private final StoredRows stored;
    private final int @Nullable [] chosen;
    private final ColumnMapping columns;

    private JsonlFile(StoredRows stored, int @Nullable [] chosen, ColumnMapping columns) {
        this.stored = stored;
        this.chosen = chosen;
        this.columns = columns;
    }

    /** Opens several files. */
    public static List<JsonlFile> open(List<Path> paths) {
        return paths.stream().map(JsonlFile::open).toList();
    }

    /** Finds the rows of a file; {@link DataException} if it is missing, unreadable or has no rows. */
    public static JsonlFile open(Path path) {
        return new JsonlFile(StoredRows.open(path), null, ColumnMapping.none());
    }

    /** Makes sure that a file can be read, without looking for its rows; {@link DataException} as in opening it. */
    public static void require(Path path) {
        StoredRows.require(path);
    }

    /** Some rows of this file, which keep their places. */
    public JsonlFile only(int[] rows) {
        int[] numbers = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            numbers[i] = number(rows[i]);
        }
        return new JsonlFile(stored, numbers, columns);
    }

    /** The same rows, with columns read under other names. */
    public JsonlFile with(ColumnMapping other) {
        return new JsonlFile(stored, chosen, other);
    }

    public Path path() {
        return stored.path();
    }

    /** How its rows stand in it, for messages: {@code gzip, JSON Lines}. */
    public String format() {
        return stored.format();
    }

    /** Bytes of its rows, unpacked. */
    public long bytes() {
        return chosen == null
                ? stored.bytes()
                : Arrays.stream(chosen).mapToLong(stored::bytes).sum();
    }

    /** What it is read as, by its first row, for messages: {@code CSV, prompt and completion}. */
    public String described() {
        try {
            return format() + ", " + RowType.of(this).description();
        } catch (DataException e) { // said again when its rows are read
            return format();
        }
    }

    /** Where files stand, for messages about all of them. */
    public static List<Path> paths(List<JsonlFile> files) {
        return files.stream().map(JsonlFile::path).toList();
    }

    public int rows() {
        return chosen == null ? stored.count() : chosen.length;
    }

    private int number(int row) {
        return chosen == null ? row : chosen[row];
    }

    /** Where a row stands, for messages: {@code train.jsonl:381}; with its number where its line does not tell. */
    public String place(int row) {
        return stored.place(number(row));
    }

    /** One row; {@link DataException} with its place if it cannot be read. Half of a surrogate pair becomes U+FFFD. */
    public ObjectNode row(int row) {
        return columns.applied(stored.row(number(row)), place(row));
    }
}
