package dev.hone.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files and answers of databases are rows like any others. */
class ParquetFileTest {
    @TempDir
    Path folder;

    private void sql(String database, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    private Path parquet(String select) throws SQLException {
        Path file = folder.resolve("rows.parquet");
        sql("", "COPY (" + select + ") TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        return file;
    }

    @Test
    void listsAndStructuresAreThoseOfJson() throws SQLException {
        JsonlFile rows = JsonlFile.open(
                parquet(
                        "SELECT [{'role': 'user', 'content': '안녕 \"you\" 😀'}, {'role': 'assistant', 'content': NULL}] AS messages,"
                                + " 0.5::DOUBLE AS margin, 'nan'::DOUBLE AS missing, 9007199254740993::BIGINT AS id, true AS label"));
        assertThat(rows.format()).isEqualTo("Parquet");
        assertThat(rows.row(0).toString())
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"안녕 \\\"you\\\" 😀\"},"
                        + "{\"role\":\"assistant\",\"content\":null}],\"margin\":0.5,\"missing\":null,"
                        + "\"id\":9007199254740993,\"label\":true}");
        assertThat(rows.place(0)).endsWith("rows.parquet (row 1)");
    }

    /** Five groups of rows, read in any order. */
    @Test
    void rowsKeepTheOrderOfTheFile() throws SQLException {
        JsonlFile rows = JsonlFile.open(parquet("SELECT range AS n, 'text ' || range AS text FROM range(10000)"));
        assertThat(rows.rows()).isEqualTo(10_000);
        for (int row : new int[] {9999, 0, 4097, 2048}) {
            assertThat(rows.row(row).path("text").asText()).isEqualTo("text " + row);
        }
    }

    @Test
    void aFileThatEndsEarlyIsRefused() throws SQLException, IOException {
        Path file = parquet("SELECT range AS n FROM range(1000)");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> JsonlFile.open(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows.parquet: is a Parquet file that cannot be read");
    }

    @Test
    void aQueryIsAskedOnce() throws SQLException, IOException {
        Path database = folder.resolve("shop.db");
        sql(
                database.toString(),
                "CREATE TABLE tickets (id INTEGER, question VARCHAR, answer VARCHAR, good BOOLEAN)",
                "INSERT INTO tickets VALUES (2, 'b?', 'B', false), (1, 'a?', 'A', true)");
        Path query = Files.writeString(
                folder.resolve("tickets.sql"),
                "-- url: jdbc:duckdb:" + database + "\n-- what was asked\n"
                        + "select question as prompt, answer as completion, good as label from tickets order by id;\n");
        JsonlFile rows = JsonlFile.open(query);
        assertThat(rows.rows()).isEqualTo(2);
        assertThat(rows.row(0).toString()).isEqualTo("{\"prompt\":\"a?\",\"completion\":\"A\",\"label\":true}");
        sql(database.toString(), "DELETE FROM tickets");
        assertThat(JsonlFile.open(query).rows()).isEqualTo(2);
    }

    @Test
    void whatIsWrongWithAQueryIsSaid() throws IOException {
        refused("select 1", "q.sql:1: does not say which database is asked");
        refused("-- url: postgres://x\nselect 1", "q.sql:1: url (postgres://x) is none of JDBC");
        refused("-- url: jdbc:nothing:x\nselect 1", "no driver for it is on the classpath; name its jar");
        refused("-- url: jdbc:duckdb:\n-- pass: x\nselect 1", "q.sql:2: pass says nothing about a database");
        refused("-- url: jdbc:duckdb:\n-- driver: none.jar\nselect 1", "none.jar): no such file");
        refused("-- url: jdbc:duckdb:\n", "q.sql: holds no query");
        refused("-- url: jdbc:duckdb:\nselect 1 where false", "q.sql:2: the query has no rows");
        refused("-- url: jdbc:duckdb:\nselect 'a'::BLOB as b", "a column is binary; cast it to text in the query");
        refused(
                "-- url: jdbc:duckdb:\n\nselect * from nowhere",
                "q.sql:3: the database (jdbc:duckdb:) does not answer");
    }

    private void refused(String content, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("q.sql"), content);
        assertThatThrownBy(() -> JsonlFile.open(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
