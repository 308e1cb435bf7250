package dev.hone.data.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdOutputStream;
import dev.hone.error.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in every form of a file, by what they are and where they stand. */
class StoredRowsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private StoredRows open(Path file) {
        return StoredRows.open(file, new RowCache(folder.resolve("cache")), Long.MAX_VALUE);
    }

    private StoredRows open(String name, String content) throws IOException {
        return open(Files.writeString(folder.resolve(name), content));
    }

    private static List<String> rows(StoredRows file) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < file.count(); i++) {
            rows.add(file.row(i).toString());
        }
        return rows;
    }

    private void refused(String name, String content, String message) throws IOException {
        assertThatThrownBy(() -> rows(open(name, content)))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve(name).toString())
                .hasMessageContaining(message);
    }

    @Test
    void fieldsInQuotesHoldSeparatorsQuotesAndLineBreaks() throws IOException {
        StoredRows table =
                open("a.csv", "\uFEFFprompt,completion\r\n\"Say \"\"hi\"\", twice\",\"hi\r\nhi\"\r\n\r\n둘,\" b\"\n");
        assertThat(table.format()).isEqualTo("CSV");
        assertThat(rows(table))
                .containsExactly(
                        "{\"prompt\":\"Say \\\"hi\\\", twice\",\"completion\":\"hi\\r\\nhi\"}",
                        "{\"prompt\":\"둘\",\"completion\":\" b\"}");
        assertThat(table.place(0)).endsWith("a.csv:2");
        assertThat(table.place(1)).endsWith("a.csv:5");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void theSeparatorIsTheOneOfTheFirstLine(String separator) throws IOException {
        StoredRows table = open("a.csv", "\"a,;|\"#text\n1#x\n".replace("#", separator));
        assertThat(rows(table)).containsExactly("{\"a,;|\":\"1\",\"text\":\"x\"}");
    }

    @Test
    void aTableIsAlsoKnownWithoutItsEnding() throws IOException {
        assertThat(open("rows.data", "id,text\n1,a\n").format()).isEqualTo("CSV");
        assertThat(open("rows.tsv", "text\nit, is\n").format()).isEqualTo("TSV");
        assertThat(rows(open("one.csv", "text\n{not json}\n"))).containsExactly("{\"text\":\"{not json}\"}");
    }

    @Test
    void emptyFieldsAreEmptyTextsAndOtherColumnsAreNotThere() throws IOException {
        assertThat(rows(open("a.csv", ",input,label\n0,,\n1,\"\",true\n")))
                .containsExactly("{\"input\":\"\"}", "{\"input\":\"\",\"label\":\"true\"}");
    }

    @Test
    void theFirstAndTheLastFieldMayBeEmptyBesideTabs() throws IOException {
        assertThat(rows(open("a.tsv", "a\tb\nx\t\n\ty\n")))
                .containsExactly("{\"a\":\"x\",\"b\":\"\"}", "{\"a\":\"\",\"b\":\"y\"}");
    }

    @Test
    void whatIsWrongInATableIsNamedByItsLine() throws IOException {
        refused("a.csv", "a,b\n1,2\n1,2,3\n", "a.csv:3: has 3 fields where the first line names 2 columns [a, b]");
        refused("b.csv", "a,b\n1,2\n\"1,2\n3,4\n", "b.csv:3: a field that begins with a quote");
        refused("c.csv", "a,a\n1,2\n", "c.csv:1: names the column a twice");
        refused("d.csv", "a,b\n", "d.csv: holds no rows after its line of column names");
        refused("e.csv", "a,b\n\"x\"y,2\n", "e.csv:2: is not a record of fields");
        Path korean = Files.write(folder.resolve("f.csv"), "질문,답\n하나,둘\n".getBytes(Charset.forName("x-windows-949")));
        assertThatThrownBy(() -> open(korean))
                .hasMessageContaining("f.csv:1: is not UTF-8")
                .hasMessageContaining("CP949");
    }

    /** What a plain writer of RFC 4180 writes is read back, whatever the fields hold. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyTableIsReadAsItWasWritten(long seed) throws IOException {
        Random random = new Random(seed);
        String[] pieces = {"a", "\"", ",", "\n", "\r\n", "é", "😀", " ", ";", "''", "\\"};
        List<List<String>> records = new ArrayList<>();
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 200; i++) {
            List<String> fields = new ArrayList<>();
            for (int f = 0; f < 2; f++) {
                StringBuilder field = new StringBuilder();
                for (int p = random.nextInt(6); p > 0; p--) {
                    field.append(pieces[random.nextInt(pieces.length)]);
                }
                fields.add(field.toString());
                text.append(f == 0 ? "" : ",")
                        .append('"')
                        .append(field.toString().replace("\"", "\"\""))
                        .append('"');
            }
            records.add(fields);
            text.append(random.nextBoolean() ? "\n" : "\r\n");
        }
        StoredRows table = open("random.csv", text.toString());
        assertThat(table.count()).isEqualTo(200);
        for (int i : random.ints(200, 0, 200).toArray()) {
            ObjectNode row = table.row(i);
            assertThat(List.of(row.path("x").asText(), row.path("y").asText()))
                    .as("seed %d, row %d", seed, i)
                    .isEqualTo(records.get(i));
        }
    }

    @Test
    void compressedRowsAreThoseThatWerePacked() throws IOException {
        String lines = "{\"n\":0}\n\n{\"n\":1}\n";
        Path gzip = folder.resolve("a.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        Path zstd = folder.resolve("a.csv.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
            out.write("n\n0\n1\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(rows(open(gzip))).containsExactly("{\"n\":0}", "{\"n\":1}");
        assertThat(open(gzip).format()).isEqualTo("gzip, JSON Lines");
        assertThat(open(gzip).place(1)).endsWith("a.jsonl.gz:3");
        assertThat(rows(open(zstd))).containsExactly("{\"n\":\"0\"}", "{\"n\":\"1\"}");
        assertThat(open(zstd).format()).isEqualTo("zstd, CSV");
    }

    @Test
    void compressedDataThatEndsEarlyIsRefusedAndNothingIsKept() throws IOException {
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        for (String name : List.of("a.jsonl.gz", "a.jsonl.zst")) {
            Path whole = folder.resolve(name);
            try (OutputStream out = name.endsWith("gz")
                    ? new GZIPOutputStream(Files.newOutputStream(whole))
                    : new ZstdOutputStream(Files.newOutputStream(whole))) {
                out.write(noise);
            }
            byte[] packed = Files.readAllBytes(whole);
            Files.write(whole, Arrays.copyOf(packed, packed.length / 2));
            assertThatThrownBy(() -> open(whole))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("ends in the middle of its");
        }
        try (Stream<Path> kept = Files.list(folder.resolve("cache"))) {
            assertThat(kept).isEmpty();
        }
    }

    /** Whatever is unpacked again would show another row. */
    @Test
    void whatWasUnpackedIsUsedAgainUntilTheFileChanges() throws IOException {
        Path file = folder.resolve("a.jsonl.gz");
        pack(file, "{\"n\":0}\n");
        assertThat(rows(open(file))).containsExactly("{\"n\":0}");
        Path unpacked = kept(".gzip");
        FileTime made = Files.getLastModifiedTime(unpacked);
        open(file);
        assertThat(Files.getLastModifiedTime(unpacked)).isEqualTo(made);
        Files.writeString(unpacked, "{\"n\":7}{\n"); // damaged
        assertThat(rows(open(file))).containsExactly("{\"n\":0}");
        pack(file, "{\"n\":5}\n");
        assertThat(rows(open(file))).containsExactly("{\"n\":5}");
    }

    private static void pack(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path kept(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The index of a large file is kept on disk, and finds the same rows at the same places. */
    @Test
    void theIndexOfALargeFileIsKept() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append("{\"n\":").append(i).append("}\n").append(i % 7 == 0 ? "\n" : "");
        }
        Path file = Files.writeString(folder.resolve("a.jsonl"), text);
        StoredRows small = open(file);
        for (int time = 0; time < 2; time++) {
            StoredRows large = StoredRows.open(file, new RowCache(folder.resolve("cache")), 0);
            assertThat(kept(".index")).hasSize(20_000);
            assertThat(rows(large)).isEqualTo(rows(small));
            assertThat(large.place(999)).isEqualTo(small.place(999));
        }
    }

    @Test
    void questionsWithAnswersBecomeRows() throws IOException {
        StoredRows squad = open(
                "squad.json",
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(
                                JSON.readTree(
                                        "{\"version\":\"1.1\",\"data\":[{\"title\":\"T\",\"paragraphs\":[{\"context\":\"Paris is in France.\",\"qas\":["
                                                + "{\"id\":\"1\",\"question\":\"Where?\",\"answers\":[{\"text\":\"France\",\"answer_start\":12}]},"
                                                + "{\"id\":\"2\",\"question\":\"Who?\",\"is_impossible\":true,\"answers\":[]}]}]}]}")));
        assertThat(rows(squad))
                .containsExactly(
                        "{\"id\":\"1\",\"instruction\":\"Where?\",\"input\":\"Paris is in France.\",\"output\":\"France\"}");
        assertThat(squad.place(0)).endsWith("squad.json (row 1)");
    }

    @Test
    void rowsWithinAnObjectAreRead() throws IOException {
        assertThat(rows(open("a.json", "{\n \"version\": 2,\n \"data\": [\n {\"text\": \"a\"},\n {\"text\": \"b\"}]}")))
                .containsExactly("{\"text\":\"a\"}", "{\"text\":\"b\"}");
        assertThat(rows(open("b.jsonl", "{\"data\":[{\"role\":\"user\"}]}\n{\"data\":[{\"role\":\"user\"}]}\n")))
                .hasSize(2); // a row a line, as ever
        refused("c.json", "{\n \"data\": [\n {\"text\": \"a\"},\n {\"text\": }]}", "c.json:4: is not valid JSON");
    }
}
