package dev.hone.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one input as JSON objects, reached by number: of JSON Lines, a JSON list or a table in text, as it stands or compressed, or
 * of what a {@link RowConverter} reads. What cannot be read in any order as it stands is unpacked or converted once, into the {@link
 * RowCache}. Of a large file not even the places of rows are kept in memory. Immutable; safe to share between threads.
 */
public final class StoredRows {
    private static final int LONGEST_ROW = 32 << 20;
    private static final int HEAD = 1 << 16;
    /** Bytes of a text whose places are kept in the cache; those of a smaller one are found again each time. */
    private static final long LARGE = 64L << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectMapper CONVERTED = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Path path;
    private final Path text;
    private final String format;
    private final boolean byLine;
    private final RowIndex index;
    private final @Nullable TableHeader header;

    private StoredRows(
            Path path, Path text, String format, boolean byLine, RowIndex index, @Nullable TableHeader header) {
        this.path = path;
        this.text = text;
        this.format = format;
        this.byLine = byLine;
        this.index = index;
        this.header = header;
    }

    /** Finds the rows of an input; {@link DataException} if it is missing, cannot be read, or has none. */
    public static StoredRows open(Path path) {
        return open(path, RowCache.ofUser(), LARGE);
    }

    static StoredRows open(Path path, RowCache cache, long large) {
        try {
            return new Opening(path, cache, large).rows();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Makes sure that an input can be read, without looking for its rows; {@link DataException} as in opening it. */
    public static void require(Path path) {
        try {
            if (!Files.isDirectory(path) || RowConverters.of(path, new byte[0]).isEmpty()) {
                InputFile.require(path);
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static DataException unreadable(Path path, IOException e) {
        String reason = e instanceof NoSuchFileException && !Files.exists(path)
                ? ForeignFormat.missing(path)
                : Files.isDirectory(path)
                        ? "is a folder, not a file" + ForeignFormat.within(path)
                        : "cannot be read: " + e.getMessage();
        return DataException.at(path.toString(), reason, e);
    }

    /** One opening of an input. */
    private record Opening(Path path, RowCache cache, long large) {
        StoredRows rows() throws IOException {
            if (Files.isDirectory(path)) {
                Optional<RowConverter> converter = RowConverters.of(path, new byte[0]);
                if (converter.isPresent()) {
                    return converted(converter.get());
                }
            }
            byte[] head = head(path);
            String name = String.valueOf(path.getFileName());
            Optional<Packing> packing = Packing.of(head);
            if (packing.isPresent()) {
                Packing packed = packing.get();
                Path unpacked = cache.made(FileStamp.of(path), packed.label(), to -> packed.unpack(path, to));
                return text(unpacked, packed.inner(name), packed.label() + ", ");
            }
            Optional<RowConverter> converter = RowConverters.of(path, head);
            return converter.isPresent() ? converted(converter.get()) : text(path, name, "");
        }

        private StoredRows converted(RowConverter converter) throws IOException {
            Path rows = cache.made(converter.stamp(path), "jsonl", to -> converter.convert(path, to));
            return stored(rows, TextLayout.LINES, converter.format(), false);
        }

        private StoredRows text(Path text, String name, String before) throws IOException {
            byte[] head = head(text);
            ForeignFormat.refuse(path, name, head);
            TextLayout layout = TextLayout.of(name, head);
            return stored(text, layout, before + layout.label(), true);
        }

        private StoredRows stored(Path text, TextLayout layout, String format, boolean byLine) throws IOException {
            TableHeader header = null;
            if (layout.kind() == TextLayout.Kind.TABLE) {
                try (InputStream in = InputFile.stream(text)) {
                    header = TableHeader.of(path, in, layout.separator());
                }
            }
            RowIndex index = index(text, layout);
            if (index.count() == 0) {
                throw DataException.at(
                        path.toString(),
                        header != null
                                ? "holds no rows after its line of column names"
                                : "holds no rows; one JSON object per line is expected");
            }
            return new StoredRows(path, text, format, byLine, index, header);
        }

        private RowIndex index(Path text, TextLayout layout) throws IOException {
            RowIndex.Pass pass = sink -> RowScan.over(path, text, layout, sink);
            if (Files.size(text) < large) {
                return RowIndex.inMemory(pass);
            }
            try {
                return RowIndex.mapped(cache.made(FileStamp.of(text), "index", to -> RowIndex.write(pass, to)));
            } catch (IOException e) { // no cache can be kept here; memory will have to do
                return RowIndex.inMemory(pass);
            }
        }

        private static byte[] head(Path file) throws IOException {
            try (InputStream in = InputFile.stream(file)) {
                return in.readNBytes(HEAD);
            }
        }
    }

    /** The input, as it was named. */
    public Path path() {
        return path;
    }

    /** How its rows stand in it, for messages: {@code gzip, JSON Lines}. */
    public String format() {
        return format;
    }

    public int count() {
        return index.count();
    }

    /** Bytes of all rows, unpacked. */
    public long bytes() {
        int last = index.count() - 1;
        return index.start(last) + index.length(last);
    }

    /** Bytes of a row, unpacked. */
    public int bytes(int row) {
        return index.length(row);
    }

    /**
     * Where a row stands, for messages: {@code train.jsonl:381}; with its number where it shares the line with another, or where what is
     * read has no lines.
     */
    public String place(int row) {
        if (!byLine) {
            return path + " (row " + (row + 1) + ")";
        }
        int number = index.number(row);
        return path + ":" + index.line(row) + (number == 0 ? "" : " (row " + number + ")");
    }

    /** One row; {@link DataException} with its place if it cannot be read. Half of a surrogate pair becomes U+FFFD. */
    public ObjectNode row(int row) {
        String text = text(row);
        if (header != null) {
            return header.row(text, place(row));
        }
        JsonNode node;
        try {
            node = (byLine ? JSON : CONVERTED).readTree(text);
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
        ObjectNode object = (ObjectNode) (LoneSurrogates.mayBeIn(text) ? LoneSurrogates.replaced(node) : node);
        return byLine ? object : finite(object);
    }

    /** A row of a converted file: a number that is none says that there is no value, as in tables of pandas. */
    private static ObjectNode finite(ObjectNode row) {
        row.properties().forEach(column -> {
            if (column.getValue().isFloatingPointNumber()
                    && !Double.isFinite(column.getValue().doubleValue())) {
                column.setValue(NullNode.getInstance());
            }
        });
        return row;
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

    private String text(int number) {
        long from = index.start(number);
        int length = index.length(number);
        if (length > LONGEST_ROW) {
            throw DataException.at(
                    place(number), "is " + length + " bytes long; one row may have at most " + LONGEST_ROW);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = InputFile.channel(text)) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // read on
            }
            String read =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            String row = from == 0 && read.startsWith("\uFEFF") ? read.substring(1) : read;
            return header == null ? row.strip() : row; // in a table a tab or a space may be a field
        } catch (CharacterCodingException e) {
            throw DataException.at(place(number), header == null ? "is not UTF-8" : TableHeader.notUtf8(path), e);
        } catch (IOException e) {
            throw DataException.at(path.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }
}
