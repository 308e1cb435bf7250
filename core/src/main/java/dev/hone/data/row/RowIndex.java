package dev.hone.data.row;

import dev.hone.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the rows of a file stand: in JSON Lines each on a line of its own, blank ones aside; or one after the other in a JSON list, which
 * is what a file that begins with a bracket holds. Found in one pass that keeps nothing else. Immutable.
 *
 * @param starts where each begins, in bytes
 * @param ends where it ends, white space included
 * @param lines the line it begins in, from 1
 * @param numbers its number from 1 where another row begins in the same line before it; otherwise 0
 */
@SuppressWarnings("ArrayRecordComponent") // shared within the package, and never changed
record RowIndex(long[] starts, long[] ends, int[] lines, int[] numbers) {
    static RowIndex of(Path path, InputStream file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(file, 1 << 10);
        byte[] head = in.readNBytes(1 << 10);
        in.unread(head);
        ForeignFormat.refuse(path, head);
        Builder rows = new Builder(path);
        if (isList(head)) {
            rows.list(in);
        } else {
            rows.lines(in);
        }
        return rows.index();
    }

    private static boolean isList(byte[] head) {
        int i = head.length >= 3 && (head[0] & 0xFF) == 0xEF && (head[1] & 0xFF) == 0xBB && (head[2] & 0xFF) == 0xBF
                ? 3
                : 0;
        while (i < head.length && isBlank(head[i])) {
            i++;
        }
        return i < head.length && head[i] == '[';
    }

    /** White space of JSON, and of people; a line of other control characters is damage, not blank. */
    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    int count() {
        return starts.length;
    }

    RowIndex only(int[] rows) {
        return new RowIndex(
                Arrays.stream(rows).mapToLong(row -> starts[row]).toArray(),
                Arrays.stream(rows).mapToLong(row -> ends[row]).toArray(),
                Arrays.stream(rows).map(row -> lines[row]).toArray(),
                Arrays.stream(rows).map(row -> numbers[row]).toArray());
    }

    private static final class Builder {
        private final Path path;
        private long[] starts = new long[1024];
        private long[] ends = new long[1024];
        private int[] lines = new int[1024];
        private int[] numbers = new int[1024];
        private int rows;
        private int line = 1;
        private long at;

        Builder(Path path) {
            this.path = path;
        }

        private void begin(long start) {
            if (rows == starts.length) {
                starts = Arrays.copyOf(starts, rows * 2);
                ends = Arrays.copyOf(ends, rows * 2);
                lines = Arrays.copyOf(lines, rows * 2);
                numbers = Arrays.copyOf(numbers, rows * 2);
            }
            if (rows > 0 && ends[rows - 1] == 0) {
                ends[rows - 1] = start;
            }
            starts[rows] = start;
            lines[rows] = line;
            numbers[rows] = rows > 0 && lines[rows - 1] == line ? rows + 1 : 0;
            rows++;
        }

        void lines(InputStream in) throws IOException {
            long start = 0;
            boolean blank = true;
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++, at++) {
                    byte b = buffer[i];
                    if (blank && !isBlank(b)) {
                        begin(start);
                        blank = false;
                    }
                    if (b == '\n') {
                        line++;
                        start = at + 1;
                        blank = true;
                    }
                }
            }
            if (rows > 0) {
                ends[rows - 1] = at;
            }
        }

        /** Brackets are counted and strings are passed over; whether a row is JSON is seen when it is read. */
        void list(InputStream in) throws IOException {
            int depth = 0;
            boolean open = false; // within a row
            boolean comma = false; // after which one has to follow
            boolean text = false;
            boolean escaped = false;
            boolean ended = false;
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++, at++) {
                    byte b = buffer[i];
                    if (b == '\n') {
                        line++;
                    }
                    if (text) {
                        text = escaped || b != '"';
                        escaped = !escaped && b == '\\';
                        continue;
                    }
                    if (isBlank(b) || depth == 0 && at < 3 && b < 0) { // a byte order mark
                        continue;
                    }
                    if (ended) {
                        throw refused(
                                "more follows the end of the list; a file holds one list of rows, or a row a line");
                    }
                    boolean between = depth == 1 && (b == ',' || b == ']');
                    if (between) {
                        if (!open && (b == ',' || comma)) {
                            throw refused(
                                    "a row is missing " + (b == ',' ? "before" : "after") + " a comma of the list");
                        }
                        if (open) {
                            ends[rows - 1] = at;
                        }
                        open = false;
                        comma = b == ',';
                    } else if (depth >= 1 && !open) {
                        begin(at);
                        open = true;
                    }
                    text = b == '"';
                    if (b == '[' || b == '{') {
                        depth++;
                    } else if (b == ']' || b == '}') {
                        depth--;
                        if (depth == 0 && open) {
                            ends[rows - 1] = at;
                            open = false;
                        }
                        ended = depth == 0;
                    }
                }
            }
            if (!ended) {
                if (open) {
                    line = lines[rows - 1];
                }
                throw refused("the list of rows does not end" + (open ? "; this is its last row" : "")
                        + " (was the writing interrupted?)");
            }
        }

        private DataException refused(String reason) {
            return DataException.at(path + ":" + line, reason);
        }

        RowIndex index() {
            if (rows == 0) {
                throw DataException.at(path.toString(), "holds no rows; one JSON object per line is expected");
            }
            return new RowIndex(
                    Arrays.copyOf(starts, rows),
                    Arrays.copyOf(ends, rows),
                    Arrays.copyOf(lines, rows),
                    Arrays.copyOf(numbers, rows));
        }
    }
}
