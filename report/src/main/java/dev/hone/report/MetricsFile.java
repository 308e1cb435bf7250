package dev.hone.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hone.files.AtomicFiles;
import dev.hone.files.WriteFailure;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's {@code metrics.jsonl}: one JSON object a step, {@code {"step":12,"loss":1.5,"grad-norm":0.7,...}}, steps
 * rising, each exactly once also after a resume.
 *
 * <p>Each row is written in one call, so a reader sees whole rows and at most one torn one at the end; {@link #flush} makes
 * appended rows survive a power failure and is called before a state is complete. Non-finite numbers are written as
 * {@code null} and read as NaN.
 *
 * <p>An open file belongs to one writer and one thread. Reading takes no lock and may happen meanwhile.
 */
public final class MetricsFile implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path path;
    private FileChannel channel;
    private @Nullable MetricsRow last;
    private long lastAt;

    private MetricsFile(Path path, FileChannel channel, @Nullable MetricsRow last, long lastAt) {
        this.path = path;
        this.channel = channel;
        this.last = last;
        this.lastAt = lastAt;
    }

    /**
     * Starts a run's file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one already: rows are never overwritten
     */
    public static MetricsFile create(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new MetricsFile(path, channel, null, 0);
    }

    /**
     * Continues after {@code step}: rows of later steps and a torn last line are cut off in one truncation, everything
     * before is kept. A missing file is created.
     *
     * @throws IOException if the file cannot be read, or a line up to that step is not a row of it
     */
    public static MetricsFile resume(Path path, long step) throws IOException {
        long start = 0;
        long end = 0;
        MetricsRow last = null;
        boolean ended = true;
        if (Files.exists(path)) {
            try (MetricsLines lines = new MetricsLines(path)) {
                while ((last == null ? 0 : last.step()) < step) {
                    MetricsRow row = lines.next();
                    if (row == null || row.step() > step) {
                        break;
                    }
                    start = end;
                    end = lines.end();
                    last = row;
                    ended = lines.ended();
                }
            }
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.truncate(end);
            channel.position(end);
            if (!ended) {
                writeFully(channel, new byte[] {'\n'});
            }
            channel.force(true);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new MetricsFile(path, channel, last, start);
    }

    /**
     * Every whole row, in order; a torn last line is left out.
     *
     * @throws IOException if the file cannot be read, or a line other than a torn last one is not a row of it
     */
    public static List<MetricsRow> read(Path path) throws IOException {
        List<MetricsRow> rows = new ArrayList<>();
        try (MetricsLines lines = new MetricsLines(path)) {
            for (MetricsRow row = lines.next(); row != null; row = lines.next()) {
                rows.add(row);
            }
        }
        return List.copyOf(rows);
    }

    /** The last step in the file; 0 if there is none. */
    public long lastStep() {
        MetricsRow row = last;
        return row == null ? 0 : row.step();
    }

    /** The last row in the file. */
    public Optional<MetricsRow> last() {
        return Optional.ofNullable(last);
    }

    /**
     * Adds a row at the end.
     *
     * @throws IllegalArgumentException if this step, or a later one, is in the file already
     */
    public void append(MetricsRow row) throws IOException {
        if (row.step() <= lastStep()) {
            throw new IllegalArgumentException(
                    "step (%d) is on file already: %s ends with step %d".formatted(row.step(), path, lastStep()));
        }
        long at = channel.position();
        try {
            writeFully(channel, bytes(row));
        } catch (IOException e) {
            channel.truncate(at); // no half row, whatever is written next
            throw WriteFailure.of(path, e);
        }
        last = row;
        lastAt = at;
    }

    /**
     * Replaces the last row by a more complete one of the same step. A reader sees, and a process that is killed leaves, one or
     * the other.
     */
    public void amend(MetricsRow row) throws IOException {
        if (row.step() != lastStep()) {
            throw new IllegalArgumentException(
                    "step (%d) is not the last of %s, which is %d".formatted(row.step(), path, lastStep()));
        }
        long before = lastAt;
        byte[] line = bytes(row);
        try (FileChannel old = FileChannel.open(path, StandardOpenOption.READ)) {
            AtomicFiles.write(path, fresh -> {
                for (long at = 0; at < before; ) {
                    at += old.transferTo(at, before - at, fresh);
                }
                AtomicFiles.put(fresh, ByteBuffer.wrap(line));
            });
        }
        channel.close();
        channel = FileChannel.open(path, StandardOpenOption.WRITE);
        channel.position(before + line.length);
        last = row;
    }

    /** Returns when every row appended so far is on disk. */
    public void flush() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw WriteFailure.of(path, e);
        }
    }

    /** Flushes and closes; closing again does nothing. */
    @Override
    public void close() throws IOException {
        try (FileChannel open = channel) {
            if (open.isOpen()) {
                flush();
            }
        }
    }

    private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] bytes(MetricsRow row) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField("step", row.step());
            for (Map.Entry<String, Number> entry : row.values().entrySet()) {
                json.writeFieldName(entry.getKey());
                if (entry.getValue() instanceof Long whole) {
                    json.writeNumber(whole);
                } else if (Double.isFinite(entry.getValue().doubleValue())) {
                    json.writeNumber(entry.getValue().doubleValue());
                } else {
                    json.writeNull();
                }
            }
            json.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }
}
