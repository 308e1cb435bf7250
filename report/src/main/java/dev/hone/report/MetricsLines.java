package dev.hone.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.hone.files.InputFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a {@code metrics.jsonl} from its start, row by row, with the byte at which each row ends. A last line without a
 * newline that is not a whole object was torn by a crash and counts as absent; any other bad line is an error that names
 * its number.
 */
final class MetricsLines implements Closeable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int LONGEST = 1 << 20;

    private final Path path;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private long number;
    private long lastStep;
    private long end;
    private boolean ended;

    MetricsLines(Path path) throws IOException {
        this.path = path;
        this.in = new BufferedInputStream(InputFile.stream(path), 1 << 16);
    }

    /** The next row; null after the last whole one. */
    @Nullable
    MetricsRow next() throws IOException {
        boolean whole = readLine();
        if (line.size() == 0 && !whole) {
            return null;
        }
        number++;
        MetricsRow row;
        try {
            row = parse(line.toByteArray());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            if (!whole) {
                return null;
            }
            String reason = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw bad("not a row of metrics (%s); repair or delete the line".formatted(reason));
        }
        if (row.step() <= lastStep) {
            throw bad("step (%d) does not follow step %d; steps must rise".formatted(row.step(), lastStep));
        }
        lastStep = row.step();
        end += line.size() + (whole ? 1 : 0);
        ended = whole;
        return row;
    }

    /** The byte after the row returned last, its newline included. */
    long end() {
        return end;
    }

    /** Whether the row returned last ended in a newline. */
    boolean ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Fills {@link #line} without its newline; false when the file ended before one came. */
    private boolean readLine() throws IOException {
        line.reset();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return true;
            }
            if (line.size() == LONGEST) {
                number++;
                throw bad("line is longer than %,d bytes, so this is no metrics file".formatted(LONGEST));
            }
            line.write(next);
        }
        return false;
    }

    private IOException bad(String what) {
        return new IOException(path + ":" + number + ": " + what);
    }

    private static MetricsRow parse(byte[] bytes) throws IOException {
        Map<String, Number> values = new LinkedHashMap<>();
        long step = 0;
        try (JsonParser json = JSON.createParser(new String(bytes, StandardCharsets.UTF_8))) {
            require(json.nextToken() == JsonToken.START_OBJECT, "expected a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("step")) {
                    require(token == JsonToken.VALUE_NUMBER_INT, "step is not a whole number");
                    step = json.getLongValue();
                } else {
                    values.put(name, number(json, token, name));
                }
            }
            require(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "expected one JSON object");
        }
        require(step > 0, "step is missing or not positive");
        return new MetricsRow(step, values);
    }

    private static Number number(JsonParser json, @Nullable JsonToken token, String name) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return Double.NaN;
        }
        require(token != null && token.isNumeric(), name + " is not a number");
        return token == JsonToken.VALUE_NUMBER_INT ? (Number) json.getLongValue() : (Number) json.getDoubleValue();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
