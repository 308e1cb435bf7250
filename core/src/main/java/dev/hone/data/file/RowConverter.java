package dev.hone.data.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Inputs that hold rows in a form of their own, made into JSON Lines once: tables, documents, answers of databases. Those of other modules
 * are found by {@link java.util.ServiceLoader}. Implementations keep nothing between calls.
 */
public interface RowConverter {
    /**
     * Whether this reads an input.
     *
     * @param head its first bytes, up to 64 KiB; none of a folder
     */
    boolean reads(Path input, byte[] head);

    /** What it reads, for messages: {@code Parquet}. */
    String format();

    /**
     * Writes the rows, one JSON object a line, in an order that follows from the input alone.
     *
     * @throws dev.hone.error.DataException naming the part of the input that cannot be read
     */
    void convert(Path input, Path rows) throws IOException;

    /** What the rows depend on. */
    default FileStamp stamp(Path input) throws IOException {
        return FileStamp.of(input);
    }
}
