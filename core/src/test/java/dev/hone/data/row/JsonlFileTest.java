package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":0}\n{\"n\":1}\n",
                "{\"n\":0}\n{\"n\":1}",
                "{\"n\":0}\r\n{\"n\":1}\r\n",
                "\uFEFF{\"n\":0}\n{\"n\":1}\n",
                "\n  \n{\"n\":0}\n\r\n\t\n {\"n\":1} \n\n\n"
            })
    void lineEndsBlankLinesAndAByteOrderMarkMakeNoDifference(String content) throws IOException {
        JsonlFile file = open(content);
        assertThat(file.rows()).isEqualTo(2);
        assertThat(file.row(1).get("n").asInt()).isEqualTo(1);
        assertThat(file.row(0).get("n").asInt()).isEqualTo(0);
    }

    @Test
    void aPlaceIsTheLineAsAnEditorCountsIt() throws IOException {
        JsonlFile file = open("\n{\"n\":0}\r\n\r\n{\"n\":1}");
        assertThat(file.place(0)).endsWith("rows.jsonl:2");
        assertThat(file.place(1)).endsWith("rows.jsonl:4");
    }

    @Test
    void malformedRowsAreNamedByTheirLineWhenTheyAreRead() throws IOException {
        JsonlFile file = open("{\"n\":0}\n{\"n\":1}\n{\"n\":2\n[1]\n{\"n\":4} {\"n\":5}\n");
        assertThat(file.row(1).get("n").asInt()).isEqualTo(1);
        assertRefused(file, 2, "rows.jsonl:3: is not valid JSON");
        assertRefused(file, 3, "rows.jsonl:4: is not a JSON object");
        assertRefused(file, 4, "rows.jsonl:5: is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"n\":0},{\"n\":1}]",
                "\uFEFF [\n{\"n\":0},\n{\"n\":1}\n]\n",
                "[ {\n  \"n\": 0\n},\r\n {\n  \"n\": 1}]\r\n\n",
                "[{\"n\":0,\"t\":\"]},{[\\\"\\\\\"},{\"n\":1,\"t\":[[{}],[\"]\"]]}]"
            })
    void aListOfRowsIsReadAsRowsAre(String content) throws IOException {
        JsonlFile file = open(content);
        assertThat(file.rows()).isEqualTo(2);
        assertThat(file.row(1).get("n").asInt()).isEqualTo(1);
        assertThat(file.row(0).get("n").asInt()).isEqualTo(0);
    }

    @Test
    void aRowOfAListStandsWhereItBegins() throws IOException {
        JsonlFile file = open("[\n {\n  \"n\": 0},\n {\"n\": 1}, {\"n\": 2}\n]");
        assertThat(file.place(0)).endsWith("rows.jsonl:2");
        assertThat(file.place(1)).endsWith("rows.jsonl:4");
        assertThat(file.place(2)).endsWith("rows.jsonl:4 (row 3)");
        assertThat(file.only(new int[] {2}).place(0)).endsWith("rows.jsonl:4 (row 3)");
    }

    @Test
    void whatIsWrongInAListIsNamedByItsLine() throws IOException {
        JsonlFile file = open("[\n{\"n\":0},\n{\"n\":},\n5,\n{\"n\":1} {\"n\":2}]");
        assertThat(file.rows()).isEqualTo(4);
        assertRefused(file, 1, "rows.jsonl:3: is not valid JSON");
        assertRefused(file, 2, "rows.jsonl:4: is not a JSON object");
        assertRefused(file, 3, "rows.jsonl:5: is not valid JSON");
        assertNotOpened(
                "[\n{\"n\":0},\n{\"n\":1}\n", "rows.jsonl:3: the list of rows does not end; this is its last row");
        assertNotOpened(
                "[\n{\"n\":0},\n{\"n\":1,\n \"t\":\"a",
                "rows.jsonl:3: the list of rows does not end; this is its last row");
        assertNotOpened("[\n{\"n\":0},\n]", "rows.jsonl:3: a row is missing after a comma");
        assertNotOpened("[{\"n\":0},\n,{\"n\":1}]", "rows.jsonl:2: a row is missing before a comma");
        assertNotOpened("[{\"n\":0}]\n[{\"n\":1}]", "rows.jsonl:2: more follows the end of the list");
        assertNotOpened("[ ]", "rows.jsonl: holds no rows");
    }

    /** Rows of up to 3000 characters as one list, printed in one line or over many. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aListReadInAnyOrderIsThatOfAPlainReader(long seed) throws IOException {
        Random random = new Random(seed);
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> rows = new ArrayList<>();
        for (String line :
                randomFile(random).lines().filter(line -> !line.isBlank()).toList()) {
            rows.add(json.readTree(line));
        }
        JsonlFile file = open(
                random.nextBoolean()
                        ? json.writeValueAsString(rows)
                        : json.writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        assertThat(file.rows()).isEqualTo(rows.size());
        for (int i = 0; i < 200; i++) {
            int row = random.nextInt(rows.size());
            assertThat(file.row(row)).as("seed %d, row %d", seed, row).isEqualTo(rows.get(row));
        }
    }

    /** A pair stays what it is; a half becomes U+FFFD; an escaped backslash begins no escape. */
    @Test
    void halvesOfSurrogatePairsAreReplaced() throws IOException {
        JsonlFile file = open("{\"a\": [\"x\\uD83D y\", \"\\ud83d\\ude00\", \"\\ude00\", \"\\\\ud83d\"]}");
        assertThat(file.row(0).toString())
                .isEqualTo("{\"a\":[\"x\uFFFD y\",\"\uD83D\uDE00\",\"\uFFFD\",\"\\\\ud83d\"]}");
    }

    @Test
    void otherFormatsAreNamedWithHowToMakeRowsOfThem() throws IOException {
        assertForeign("a.xlsx", "PK\u0003\u0004..", "is an Excel file", "pandas.read_excel('a.xlsx')");
        assertForeign("a.arrow", "ARROW1..", "is an Arrow file", "Dataset.from_file('a.arrow')");
        assertForeign("a.jsonl.xz", "\u00fd7zXZ..", "is compressed with xz", "xz -dk a.jsonl.xz");
        assertForeign("a.zip", "PK\u0003\u0004..", "is a zip archive", "unzip a.zip");
        assertForeign(
                "a.jsonl", "version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS", "git lfs pull");
        assertForeign("a.json", "\u00ff\u00fe{\u0000", "is UTF-16", "iconv");
    }

    @Test
    void whatLooksLikeANameOnTheHubIsRecognised() {
        Path here = Path.of("").toAbsolutePath();
        assertThatThrownBy(() -> JsonlFile.open(Path.of("someone/some-data")))
                .hasMessage("someone/some-data: no such file in " + here
                        + "; data sets of the Hugging Face hub are not downloaded here: hf download someone/some-data"
                        + " --repo-type dataset --local-dir someone/some-data, and name the file with its rows");
        assertThatThrownBy(() -> JsonlFile.open(Path.of("data/rows.jsonl")))
                .hasMessage("data/rows.jsonl: no such file in " + here);
    }

    private void assertForeign(String name, String content, String... parts) throws IOException {
        Path path = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> JsonlFile.open(path))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(name + ": ")
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private void assertNotOpened(String content, String message) {
        assertThatThrownBy(() -> open(content))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path path = folder.resolve("rows.jsonl");
        Files.write(path, "{\"n\":\"é\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(JsonlFile.open(path), 0, "rows.jsonl:1: is not UTF-8");
    }

    @Test
    void filesWithoutRowsAreRefused() throws IOException {
        assertThatThrownBy(() -> open(" \n\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows.jsonl: holds no rows");
        assertThatThrownBy(() -> JsonlFile.open(folder.resolve("absent.jsonl")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("absent.jsonl: no such file");
        assertThatThrownBy(() -> JsonlFile.open(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("is a folder, not a file");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void rowsReadInAnyOrderAreThoseOfAPlainReader(long seed) throws IOException {
        Random random = new Random(seed);
        String content = randomFile(random);
        JsonlFile file = open(content);
        List<String> lines = content.lines().filter(line -> !line.isBlank()).toList();
        assertThat(file.rows()).isEqualTo(lines.size());
        for (int i = 0; i < 200; i++) {
            int row = random.nextInt(lines.size());
            assertThat(file.row(row))
                    .as("seed %d, row %d", seed, row)
                    .isEqualTo(new ObjectMapper().readTree(lines.get(row)));
        }
    }

    @Test
    void aPartOfAFileKeepsItsRowsAndTheirPlaces() throws IOException {
        JsonlFile part = open("{\"n\": 1}\n\n{\"n\": 2}\n{\"n\": 3}\n").only(new int[] {1, 2});
        assertThat(part.rows()).isEqualTo(2);
        assertThat(part.row(0).path("n").asInt()).isEqualTo(2);
        assertThat(part.row(1).path("n").asInt()).isEqualTo(3);
        assertThat(part.place(0)).endsWith("rows.jsonl:3");
    }

    /** Rows of up to 3000 characters, so that some straddle the blocks a file is read in. */
    private static String randomFile(Random random) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String text = "é😀\n\"x".repeat(random.nextInt(600));
            lines.add(new ObjectMapper().writeValueAsString(Map.of("n", i, "text", text)));
            if (random.nextInt(5) == 0) {
                lines.add(" ".repeat(random.nextInt(3)));
            }
        }
        return String.join(random.nextBoolean() ? "\r\n" : "\n", lines) + (random.nextBoolean() ? "\n" : "");
    }

    private JsonlFile open(String content) throws IOException {
        return JsonlFile.open(Files.writeString(folder.resolve("rows.jsonl"), content));
    }

    private static void assertRefused(JsonlFile file, int row, String message) {
        assertThatThrownBy(() -> file.row(row))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
