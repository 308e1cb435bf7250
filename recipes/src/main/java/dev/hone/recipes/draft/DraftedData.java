package dev.hone.recipes.draft;

import dev.hone.data.row.ColumnMapping;
import dev.hone.data.row.DatasetInfo;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowType;
import dev.hone.error.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A file of rows as a run would read it.
 *
 * @param file with its columns under the names that are read
 * @param columns those names
 * @param origin where they come from, for a comment; empty where the file has them itself
 * @param type what the rows are for
 */
record DraftedData(JsonlFile file, ColumnMapping columns, String origin, RowType.Recognised type) {
    /** Rows that are looked at: the first, and as many others spread over the file. */
    private static final int LOOKED_AT = 1000;

    /** Opens a file; {@link DataException} where it is not known what its rows are for. */
    static DraftedData open(Path path) {
        JsonlFile file = JsonlFile.open(path);
        Optional<ColumnMapping> entry = entry(path);
        if (entry.isPresent()) {
            JsonlFile mapped = file.with(entry.get());
            return new DraftedData(mapped, entry.get(), "as " + DatasetInfo.NAME + " says", RowType.of(mapped));
        }
        RowType.Recognised type = RowType.of(file);
        if (type.type() != RowType.UNKNOWN) {
            return new DraftedData(file, ColumnMapping.none(), "", type);
        }
        ColumnMapping proposed = ColumnMapping.proposedFor(RowColumns.of(file.row(0), file.place(0)));
        JsonlFile mapped = file.with(proposed);
        RowType.Recognised read = proposed.names().isEmpty() ? type : RowType.of(mapped);
        if (read.type() == RowType.UNKNOWN) {
            throw DataException.at(
                    file.place(0),
                    "has " + type.description()
                            + "; allowed are text; prompt and completion; messages; instruction, input"
                            + " and output; chosen and rejected; label beside an answer. A run's data.columns names others");
        }
        return new DraftedData(mapped, proposed, "guessed from their names; is it right?", read);
    }

    private static Optional<ColumnMapping> entry(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        Path info = folder == null ? path : folder.resolve(DatasetInfo.NAME);
        return Files.isRegularFile(info) ? DatasetInfo.read(info).columnsOf(path) : Optional.empty();
    }

    /** Some of its rows, spread over the file. */
    JsonlFile some() {
        int rows = file.rows();
        if (rows <= 2 * LOOKED_AT) {
            return file;
        }
        return file.only(IntStream.range(0, 2 * LOOKED_AT)
                .map(i ->
                        i < LOOKED_AT ? i : LOOKED_AT + (int) ((long) (i - LOOKED_AT) * (rows - LOOKED_AT) / LOOKED_AT))
                .toArray());
    }

    boolean hasAnswers() {
        return file.row(0).hasNonNull("answer");
    }
}
