package dev.hone.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.hone.files.WriteFailure;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard: a file {@code events.out.tfevents.<seconds>.hone} in a run's folder.
 *
 * <p>The file is a sequence of records, integers little-endian:
 *
 * <pre>
 *   length  8 bytes          n
 *   check   4 bytes          masked CRC-32C of the length's bytes
 *   event   n bytes          protobuf, see below
 *   check   4 bytes          masked CRC-32C of the event; masked(c) = (c rotated right by 15) + 0xa282ead8
 *
 *   Event       1 wall_time double · 2 step int64 · one of 3 file_version string, 5 summary, 7 session_log
 *   Summary     1 value, repeated: 1 tag string · 2 simple_value float
 *   SessionLog  1 status enum: 1 = start; readers discard this step and later ones
 * </pre>
 *
 * The first record carries the version. A file is always new, never one that exists, so a resumed run adds a file to its
 * folder and readers merge them; each record is one write, so a reader sees whole records and at most a torn last one.
 * For one thread.
 */
public final class EventFile implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private final InstantSource clock;

    private EventFile(Path path, FileChannel channel, InstantSource clock) {
        this.path = path;
        this.channel = channel;
        this.clock = clock;
    }

    /** Starts a file in {@code folder}, which must exist. */
    public static EventFile create(Path folder, InstantSource clock) throws IOException {
        String name = "events.out.tfevents.%010d.hone".formatted(clock.instant().getEpochSecond());
        for (int copy = 0; ; copy++) {
            Path path = folder.resolve(copy == 0 ? name : name + "." + copy);
            try {
                EventFile file = new EventFile(path, FileChannel.open(path, CREATE_NEW, WRITE), clock);
                file.write(0, message -> message.bytes(3, "brain.Event:2".getBytes(UTF_8)));
                return file;
            } catch (FileAlreadyExistsException e) {
                // Another run started here within the same second; its file is not changed.
            }
        }
    }

    /** Starts a file for a run that resumes with {@code firstStep}; readers discard later steps of earlier files. */
    public static EventFile resume(Path folder, long firstStep, InstantSource clock) throws IOException {
        EventFile file = create(folder, clock);
        file.write(firstStep, event -> event.bytes(7, new Message().varint(1, 1).toByteArray()));
        return file;
    }

    public Path path() {
        return path;
    }

    /** Adds one event with these scalars. A slash in a name makes a group on TensorBoard's page. */
    public void scalars(long step, Map<String, ? extends Number> values) throws IOException {
        Message summary = new Message();
        values.forEach((tag, value) -> {
            Message scalar = new Message().bytes(1, tag.getBytes(UTF_8)).fixed32(2, value.floatValue());
            summary.bytes(1, scalar.toByteArray());
        });
        write(step, event -> event.bytes(5, summary.toByteArray()));
    }

    /** Returns once everything written so far is on the disk. */
    public void flush() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(long step, UnaryOperator<Message> content) throws IOException {
        Message event = new Message().fixed64(1, clock.millis() / 1e3);
        byte[] bytes = content.apply(step == 0 ? event : event.varint(2, step)).toByteArray();
        ByteBuffer record = ByteBuffer.allocate(16 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(bytes.length).putInt(masked(record.array(), 0, 8));
        record.put(bytes).putInt(masked(record.array(), 12, bytes.length)).flip();
        long at = channel.position();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            channel.truncate(at);
            throw WriteFailure.of(path, e);
        }
    }

    private static int masked(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** A protobuf message under construction: each field is its number and wire type (0, 1, 2 or 5), then its content. */
    private static final class Message extends ByteArrayOutputStream {
        Message varint(int field, long value) {
            return raw(field << 3).raw(value);
        }

        Message fixed64(int field, double value) {
            return raw(field << 3 | 1).little(8, Double.doubleToRawLongBits(value));
        }

        Message fixed32(int field, float value) {
            return raw(field << 3 | 5).little(4, Float.floatToRawIntBits(value));
        }

        Message bytes(int field, byte[] value) {
            raw(field << 3 | 2).raw(value.length).writeBytes(value);
            return this;
        }

        /** Seven bits a byte, lowest first; the top bit says that more follow. */
        private Message raw(long value) {
            boolean more = (value & ~0x7FL) != 0;
            write((int) (value & 0x7F | (more ? 0x80 : 0)));
            return more ? raw(value >>> 7) : this;
        }

        private Message little(int bytes, long bits) {
            for (int i = 0; i < bytes; i++) {
                write((int) (bits >>> 8 * i));
            }
            return this;
        }
    }
}
