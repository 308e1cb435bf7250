package dev.hone.tables;

import dev.hone.data.file.RowConverter;
import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Parquet files, read by DuckDB: rows in the order of the file, lists and structures as JSON has them. */
public final class ParquetFile implements RowConverter {
    /** Memory that DuckDB may use beside the heap; what it cannot hold it writes to a temporary folder. */
    private static final String MEMORY = "1GB";

    @Override
    public boolean reads(Path input, byte[] head) {
        return head.length >= 4 && head[0] == 'P' && head[1] == 'A' && head[2] == 'R' && head[3] == '1';
    }

    @Override
    public String format() {
        return "Parquet";
    }

    @Override
    public void convert(Path input, Path rows) throws IOException {
        Path spill = Files.createTempDirectory("hone-parquet-");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:", new Properties());
                Statement statement = duck.createStatement()) {
            statement.execute("SET memory_limit = '" + MEMORY + "'");
            statement.execute("SET temp_directory = " + quoted(spill));
            statement.execute("SET preserve_insertion_order = true");
            statement.execute("SET threads = 2");
            statement.execute("SET autoinstall_known_extensions = false"); // nothing is fetched
            statement.execute("COPY (SELECT * FROM read_parquet(" + literally(input)
                    + ", hive_partitioning = false)) TO " + quoted(rows) + " (FORMAT JSON)");
        } catch (SQLException e) {
            throw DataException.at(
                    input.toString(),
                    "is a Parquet file that cannot be read: "
                            + String.valueOf(e.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")
                                    .replaceAll("^[A-Za-z ]*Error: ", ""),
                    e);
        } finally {
            TemporaryFolder.delete(spill);
        }
    }

    /** One file of this name, although DuckDB reads names as patterns. */
    private static String literally(Path path) {
        return quoted(Path.of(path.toString().replaceAll("[*?\\[]", "[$0]")));
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
