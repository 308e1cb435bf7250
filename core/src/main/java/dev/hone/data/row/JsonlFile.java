package dev.hone.data.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
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
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a JSON Lines file, reached by number. Only the places of the lines are kept in memory, so a file may be larger
 * than memory and any row can be read next. Blank lines are not rows. Safe to share between threads.
 */
public final class JsonlFile {
    private static final int LONGEST_LINE = 32 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final long[] starts;
    private final long[] ends;
    private final int[] lines;

    private JsonlFile(Path path, long[] starts, long[] ends, int[] lines) {
        this.path = path;
        this.starts = starts;
        this.ends = ends;
        this.lines = lines;
    }

    /** Opens several files. */
    public static List<JsonlFile> open(List<Path> paths) {
        return paths.stream().map(JsonlFile::open).toList();
    }

    /** Finds the lines of a file; {@link DataException} if it is missing, unreadable or has no rows. */
    public static JsonlFile open(Path path) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            return index(path, in);
        } catch (NoSuchFileException e) {
            throw DataException.at(path.toString(), "no such file", e);
        } catch (IOException e) {
            throw DataException.at(
                    path.toString(),
                    (Files.isDirectory(path) ? "is a folder, not a file" : "cannot be read: " + e.getMessage()),
                    e);
        }
    }

    private static JsonlFile index(Path path, InputStream in) throws IOException {
        long[] starts = new long[1024];
        int[] lines = new int[1024];
        int rows = 0;
        int line = 1;
        long at = 0;
        long start = 0;
        boolean blank = true;
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++, at++) {
                byte b = buffer[i];
                if (blank && b > ' ' || blank && b < 0) {
                    if (rows == starts.length) {
                        starts = Arrays.copyOf(starts, rows * 2);
                        lines = Arrays.copyOf(lines, rows * 2);
                    }
                    starts[rows] = start;
                    lines[rows++] = line;
                    blank = false;
                }
                if (b == '\n') {
                    line++;
                    start = at + 1;
                    blank = true;
                }
            }
        }
        if (rows == 0) {
            throw DataException.at(path.toString(), "holds no rows; one JSON object per line is expected");
        }
        long[] ends = Arrays.copyOfRange(starts, 1, rows + 1);
        ends[rows - 1] = at;
        return new JsonlFile(path, Arrays.copyOf(starts, rows), ends, Arrays.copyOf(lines, rows));
    }

    /** Some rows of this file, which keep their places. */
    public JsonlFile only(int[] rows) {
        return new JsonlFile(
                path,
                Arrays.stream(rows).mapToLong(row -> starts[row]).toArray(),
                Arrays.stream(rows).mapToLong(row -> ends[row]).toArray(),
                Arrays.stream(rows).map(row -> lines[row]).toArray());
    }

    public Path path() {
        return path;
    }

    /** Where files stand, for messages about all of them. */
    public static List<Path> paths(List<JsonlFile> files) {
        return files.stream().map(JsonlFile::path).toList();
    }

    public int rows() {
        return starts.length;
    }

    /** Where a row stands, for messages: {@code train.jsonl:381}. */
    public String place(int row) {
        return path + ":" + lines[row];
    }

    /** One row; {@link DataException} with its line if it is not a JSON object in UTF-8. */
    public ObjectNode row(int row) {
        String text = text(row);
        try {
            JsonNode node = JSON.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw DataException.at(
                    place(row),
                    "is not a JSON object, as every line should be"
                            + (text.startsWith("[") && row == 0 ? "; write one row per line instead of one list" : ""));
        } catch (JsonProcessingException e) {
            throw DataException.at(place(row), "is not valid JSON" + where(e), e);
        }
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
        long from = starts[row];
        long to = ends[row];
        if (to - from > LONGEST_LINE) {
            throw DataException.at(
                    place(row), "is " + (to - from) + " bytes long; one row may have at most " + LONGEST_LINE);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
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
