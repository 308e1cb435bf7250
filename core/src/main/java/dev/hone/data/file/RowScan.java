package dev.hone.data.file;

import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * One pass over a text that finds where its rows begin and end, and keeps nothing else: in JSON Lines each on a line of its own, blank ones
 * aside; one after the other in a JSON list; records of a table in text, which may go over several lines within quotes.
 */
final class RowScan {
    private final Path shown;
    private final RowIndex.Sink sink;
    private int rows;
    private int line = 1;
    private long at;
    private int lineOfRow;
    private int lineBefore;
    private long start;
    private int number;

    private RowScan(Path shown, RowIndex.Sink sink) {
        this.shown = shown;
        this.sink = sink;
    }

    /**
     * Goes through a text.
     *
     * @param shown the file that messages name, from which the text was unpacked
     * @throws DataException if a list or a quoted field does not end
     */
    static void over(Path shown, Path text, TextLayout layout, RowIndex.Sink sink) throws IOException {
        RowScan scan = new RowScan(shown, sink);
        try (InputStream in = InputFile.stream(text)) {
            switch (layout.kind()) {
                case LINES -> scan.lines(in);
                case LIST -> scan.list(in);
                case TABLE -> scan.records(in, layout.separator());
            }
        }
    }

    /** White space of JSON, and of people; a line of other control characters is damage, not blank. */
    static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    private void begin(long from) {
        start = from;
        lineOfRow = line;
        number = rows > 0 && lineBefore == line ? rows + 1 : 0;
    }

    private void end(long to) throws IOException {
        if (rows == Integer.MAX_VALUE) {
            throw refused("more rows than " + Integer.MAX_VALUE + " stand in one file; split it");
        }
        sink.row(start, (int) Math.min(Integer.MAX_VALUE, to - start), lineOfRow, number);
        lineBefore = lineOfRow;
        rows++;
    }

    private void lines(InputStream in) throws IOException {
        long from = 0;
        boolean blank = true;
        byte[] buffer = new byte[1 << 20];
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
            int i = 0;
            while (i < read) {
                if (blank) {
                    while (i < read && isBlank(buffer[i])) {
                        if (buffer[i] == '\n') {
                            line++;
                            from = at + i + 1;
                        }
                        i++;
                    }
                    if (i < read) {
                        begin(from);
                        blank = false;
                    }
                }
                while (i < read && buffer[i] != '\n') {
                    i++;
                }
                if (i < read) {
                    end(at + i);
                    line++;
                    i++;
                    from = at + i;
                    blank = true;
                }
            }
            at += read;
        }
        if (!blank) {
            end(at);
        }
    }

    /** Brackets are counted and strings are passed over; whether a row is JSON is seen when it is read. */
    private void list(InputStream in) throws IOException {
        int depth = 0;
        boolean open = false; // within a row
        boolean comma = false; // after which one has to follow
        boolean text = false;
        boolean escaped = false;
        boolean ended = false;
        byte[] buffer = new byte[1 << 20];
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
                    throw refused("more follows the end of the list; a file holds one list of rows, or a row a line");
                }
                boolean between = depth == 1 && (b == ',' || b == ']');
                if (between) {
                    if (!open && (b == ',' || comma)) {
                        throw refused("a row is missing " + (b == ',' ? "before" : "after") + " a comma of the list");
                    }
                    if (open) {
                        end(at);
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
                        end(at);
                        open = false;
                    }
                    ended = depth == 0;
                }
            }
        }
        if (!ended) {
            if (open) {
                line = lineOfRow;
            }
            throw refused("the list of rows does not end" + (open ? "; this is its last row" : "")
                    + " (was the writing interrupted?)");
        }
    }

    /** Where a record is: before a field, in a plain one, in one in quotes, or after a quote that ends it unless another follows. */
    private enum At {
        FIELD,
        PLAIN,
        QUOTED,
        CLOSED
    }

    /** Records after that of the names. A quote begins a quoted field only where the field begins, as in RFC 4180. */
    private void records(InputStream in, char separator) throws IOException {
        boolean header = true;
        boolean blank = true; // nothing of this record yet
        At state = At.FIELD;
        byte[] buffer = new byte[1 << 20];
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++, at++) {
                byte b = buffer[i];
                if (at < 3 && b < 0) { // a byte order mark
                    continue;
                }
                if (blank && b != '\n' && b != '\r') {
                    begin(at);
                    blank = false;
                }
                if (state == At.QUOTED) {
                    state = b == '"' ? At.CLOSED : At.QUOTED;
                } else if (b == '"') {
                    state = state == At.PLAIN ? At.PLAIN : At.QUOTED;
                } else if (b == separator) {
                    state = At.FIELD;
                } else if (b == '\n') {
                    if (!blank && !header) {
                        end(at);
                    }
                    header &= blank;
                    blank = true;
                    state = At.FIELD;
                } else {
                    state = At.PLAIN;
                }
                if (b == '\n') {
                    line++;
                }
            }
        }
        if (state == At.QUOTED) {
            line = lineOfRow;
            throw refused("a field that begins with a quote in this record does not end; a quote within a field is"
                    + " written twice, and such a field in quotes");
        }
        if (!blank && !header) {
            end(at);
        }
    }

    private DataException refused(String reason) {
        return DataException.at(shown + ":" + line, reason);
    }
}
