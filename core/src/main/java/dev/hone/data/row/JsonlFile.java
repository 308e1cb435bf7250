package dev.hone.data.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Rows of a file in JSON Lines, or of one JSON list of them, reached by number. Only their places are kept in memory, so a file
 * may be larger than memory and any row can be read next. Blank lines are not rows. Safe to share between threads.
 */
public final class JsonlFile {
    private static final int LONGEST_LINE = 32 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final RowIndex index;
    private final ColumnMapping columns;

    private JsonlFile(Path path, RowIndex index, ColumnMapping columns) {
        this.path = path;
        this.index = index;
        this.columns = columns;
    }

    /** Opens several files. */
    public static List<JsonlFile> open(List<Path> paths) {
        return paths.stream().map(JsonlFile::open).toList();
    }

    /** Finds the rows of a file; {@link DataException} if it is missing, unreadable or has no rows. */
    public static JsonlFile open(Path path) {
        try (InputStream in = new BufferedInputStream(InputFile.stream(path), 1 << 16)) {
            return new JsonlFile(path, RowIndex.of(path, in), ColumnMapping.none());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Makes sure that a file can be read, without looking for its rows; {@link DataException} as in opening it. */
    public static void require(Path path) {
        try {
            InputFile.require(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static DataException unreadable(Path path, IOException e) {
        String reason = e instanceof NoSuchFileException
                ? ForeignFormat.missing(path)
                : Files.isDirectory(path)
                        ? "is a folder, not a file" + ForeignFormat.within(path)
                        : "cannot be read: " + e.getMessage();
        return DataException.at(path.toString(), reason, e);
    }

    /** Some rows of this file, which keep their places. */
    public JsonlFile only(int[] rows) {
        return new JsonlFile(path, index.only(rows), columns);
    }

    /** The same rows, with columns read under other names. */
    public JsonlFile with(ColumnMapping other) {
        return new JsonlFile(path, index, other);
    }

    public Path path() {
        return path;
    }

    /** Where files stand, for messages about all of them. */
    public static List<Path> paths(List<JsonlFile> files) {
        return files.stream().map(JsonlFile::path).toList();
    }

    public int rows() {
        return index.count();
    }

    /** Where a row stands, for messages: {@code train.jsonl:381}; with its number where it shares the line with another. */
    public String place(int row) {
        int number = index.numbers()[row];
        return path + ":" + index.lines()[row] + (number == 0 ? "" : " (row " + number + ")");
    }

    /** One row; {@link DataException} with its line if it is not a JSON object in UTF-8. Half of a surrogate pair becomes U+FFFD. */
    public ObjectNode row(int row) {
        String text = text(row);
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw DataException.at(
                    place(row),
                    text.equals("{")
                            ? "is the first line of a JSON object that is written over several; write each row in one line,"
                                    + " or all of them as one list"
                            : "is not valid JSON" + where(e),
                    e);
        }
        if (!(node instanceof ObjectNode)) {
            throw DataException.at(place(row), "is not a JSON object, as every row should be");
        }
        ObjectNode whole = (ObjectNode) (LoneSurrogates.mayBeIn(text) ? LoneSurrogates.replaced(node) : node);
        return columns.applied(whole, place(row));
    }

    /** Column and reason, without what the parser says about itself. */
    private static String where(JsonProcessingException e) {
        String reason = e.getOriginalMessage()
                .replaceAll("(?s)( at )?[\\[(](start marker|Source).*", "")
                .strip();
        return e.getLocation() == null
                ? " (" + reason + ")"
                : " (column " + e.getLocation().getColumnNr() + ": " + reason + ")";
    }

    private String text(int row) {
        long from = index.starts()[row];
        long to = index.ends()[row];
        if (to - from > LONGEST_LINE) {
            throw DataException.at(
                    place(row), "is " + (to - from) + " bytes long; one row may have at most " + LONGEST_LINE);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
        try (FileChannel channel = InputFile.channel(path)) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // read on
            }
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return (from == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
        } catch (CharacterCodingException e) {
            throw DataException.at(place(row), "is not UTF-8", e);
        } catch (IOException e) {
            throw DataException.at(path.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }
}
