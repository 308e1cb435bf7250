package dev.hone.data.file;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the rows of a text stand: twenty bytes a row, in memory for files of moderate size, else in a file of its own that is mapped, so
 * that a file of any size takes no memory. Found in one pass by a {@link RowScan}. Immutable; safe to share between threads.
 *
 * <p>Layout of a row, in big-endian order: where it begins, in bytes (8); how long it is, in bytes (4); the line it begins in, from 1 (4);
 * its number from 1 where another row begins in the same line before it, otherwise 0 (4).
 */
final class RowIndex {
    private static final int ROW = 20;
    /** Rows of one buffer: 5 MB. */
    private static final int SEGMENT = 1 << 18;

    private final List<ByteBuffer> segments;
    private final int count;

    private RowIndex(List<ByteBuffer> segments, int count) {
        this.segments = segments;
        this.count = count;
    }

    /** Takes in the places of rows, in order. */
    interface Sink {
        void row(long start, int length, int line, int number) throws IOException;
    }

    /** What goes through the rows of a text. */
    interface Pass {
        void scan(Sink sink) throws IOException;
    }

    /** Keeps the places in memory. */
    static RowIndex inMemory(Pass pass) throws IOException {
        List<ByteBuffer> segments = new ArrayList<>();
        int[] count = new int[1];
        pass.scan((start, length, line, number) -> {
            ByteBuffer last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
            if (last == null || !last.hasRemaining()) {
                if (last == null || last.capacity() == SEGMENT * ROW) {
                    last = ByteBuffer.allocate(64 * ROW);
                    segments.add(last);
                } else {
                    last = ByteBuffer.allocate(last.capacity() * 2).put(last.flip());
                    segments.set(segments.size() - 1, last);
                }
            }
            last.putLong(start).putInt(length).putInt(line).putInt(number);
            count[0]++;
        });
        return new RowIndex(segments, count[0]);
    }

    /** Writes the places to a file. */
    static void write(Pass pass, Path file) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            pass.scan((start, length, line, number) -> {
                out.writeLong(start);
                out.writeInt(length);
                out.writeInt(line);
                out.writeInt(number);
            });
        }
    }

    /** The places in a file. */
    static RowIndex mapped(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long rows = channel.size() / ROW;
            List<ByteBuffer> segments = new ArrayList<>();
            for (long from = 0; from < rows; from += SEGMENT) {
                segments.add(channel.map(
                        FileChannel.MapMode.READ_ONLY, from * ROW, Math.min(SEGMENT, rows - from) * (long) ROW));
            }
            return new RowIndex(segments, Math.toIntExact(rows));
        }
    }

    int count() {
        return count;
    }

    /** Where a row begins, in bytes. */
    long start(int row) {
        return segment(row).getLong(at(row));
    }

    /** Its length in bytes, white space included; the largest integer where it is more. */
    int length(int row) {
        return segment(row).getInt(at(row) + 8);
    }

    /** The line it begins in, from 1. */
    int line(int row) {
        return segment(row).getInt(at(row) + 12);
    }

    /** Its number from 1 where it shares the line with a row before it; otherwise 0. */
    int number(int row) {
        return segment(row).getInt(at(row) + 16);
    }

    private ByteBuffer segment(int row) {
        if (row < 0 || row >= count) {
            throw new IndexOutOfBoundsException(row);
        }
        return segments.get(row / SEGMENT);
    }

    private static int at(int row) {
        return row % SEGMENT * ROW;
    }
}
