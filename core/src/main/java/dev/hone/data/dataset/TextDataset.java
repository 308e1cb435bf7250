package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one or more files, tokenised once to know their lengths and to refuse bad ones before anything is trained.
 *
 * <p>Examples stay in memory up to a number of tokens; rows beyond it are read and tokenised again when their turn comes, so
 * data may be larger than memory. Safe to share between threads.
 */
public final class TextDataset implements Dataset {
    /** Tokens that are kept: 400 MB with their weights. */
    private static final long KEPT_TOKENS = 50_000_000;

    private final List<JsonlFile> files;
    private final RowRenderer renderer;
    private final int maxTokens;
    private final Overflow overflow;
    private final long keptTokens;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Overflow, Integer> overflowed = new EnumMap<>(Overflow.class);
    private long tokens;
    private long trained;

    /** One example's origin, its length and how much of it is learned; the example itself while there is room. */
    private record Entry(
            int file,
            int row,
            int piece,
            int length,
            int learned,
            @Nullable Example kept) {}

    private TextDataset(
            List<JsonlFile> files, RowRenderer renderer, int maxTokens, Overflow overflow, long keptTokens) {
        this.files = List.copyOf(files);
        this.renderer = renderer;
        this.maxTokens = maxTokens;
        this.overflow = overflow;
        this.keptTokens = keptTokens;
    }

    /**
     * Reads and checks every row.
     *
     * @param maxTokens rows longer than this are handled as {@code overflow} says
     * @param progress told the number of rows read so far
     * @param stop asked between rows; true ends with a {@link dev.hone.error.StoppedException}
     * @throws DataException naming the first row that cannot be used, by file and line
     */
    public static TextDataset read(
            List<Path> paths,
            RowRenderer renderer,
            int maxTokens,
            Overflow overflow,
            IntConsumer progress,
            BooleanSupplier stop) {
        return read(paths, renderer, maxTokens, overflow, KEPT_TOKENS, progress, stop);
    }

    static TextDataset read(
            List<Path> paths,
            RowRenderer renderer,
            int maxTokens,
            Overflow overflow,
            long keptTokens,
            IntConsumer progress,
            BooleanSupplier stop) {
        List<JsonlFile> files = paths.stream().map(JsonlFile::open).toList();
        return read(files, renderer, maxTokens, overflow, keptTokens, ReadingListener.of(progress, stop));
    }

    /** The same of opened files, which may be parts of files; what becomes of rows that cannot be used, the listener says. */
    public static TextDataset read(
            List<JsonlFile> files, RowRenderer renderer, int maxTokens, Overflow overflow, ReadingListener listener) {
        return read(files, renderer, maxTokens, overflow, KEPT_TOKENS, listener);
    }

    private static TextDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            int maxTokens,
            Overflow overflow,
            long keptTokens,
            ReadingListener listener) {
        TextDataset rows = new TextDataset(files, renderer, maxTokens, overflow, keptTokens);
        RowReader walk = RowReader.over(files, listener, rows::add);
        if (rows.entries.isEmpty() && walk.refused() == 0) {
            throw new DataException(JsonlFile.paths(files) + ": no row is left to learn from; all " + walk.read()
                    + " are longer than max-tokens (" + maxTokens + ")");
        }
        return rows;
    }

    private void add(int file, int row) {
        Example whole = example(file, row, entries.size());
        String place = files.get(file).place(row);
        if (whole.length() > maxTokens) {
            overflowed.merge(overflow, 1, Integer::sum);
        }
        List<Example> pieces = pieces(whole, place);
        boolean learns = pieces.isEmpty();
        for (int i = 0; i < pieces.size(); i++) {
            Example piece = pieces.get(i);
            if (piece.trained() > 0) { // a piece of a split conversation may hold context only
                tokens += piece.length();
                trained += piece.trained();
                entries.add(
                        new Entry(file, row, i, piece.length(), piece.trained(), tokens <= keptTokens ? piece : null));
                learns = true;
            }
        }
        if (!learns) {
            boolean cut = overflow == Overflow.TRUNCATE && whole.length() > maxTokens;
            throw new DataException(place + ": has nothing to learn; none of its "
                    + (cut ? maxTokens : whole.length()) + " tokens is part of a reply"
                    + (cut ? " within max-tokens (" + maxTokens + ")" : ""));
        }
    }

    private Example example(int file, int row, long number) {
        String place = files.get(file).place(row);
        return renderer.render(RowFormat.read(files.get(file).row(row), place), number, place)
                .example();
    }

    private List<Example> pieces(Example example, String place) {
        if (example.length() <= maxTokens) {
            return List.of(example);
        }
        return switch (overflow) {
            case REFUSE ->
                throw new DataException(place + ": has " + example.length() + " tokens where max-tokens is " + maxTokens
                        + "; raise data.max-tokens, or set data.on-overflow to truncate, drop or split");
            case DROP -> List.of();
            case TRUNCATE -> List.of(slice(example, 0, maxTokens));
            case SPLIT -> split(example);
        };
    }

    /** Pieces as long as allowed; the last but one gives up a token where the last would have a single one to learn from. */
    private List<Example> split(Example example) {
        List<Example> pieces = new ArrayList<>();
        int to;
        for (int from = 0; from < example.length(); from = to) {
            to = Math.min(example.length(), from + maxTokens);
            if (example.length() - to == 1 && to - from > 2) {
                to--;
            }
            pieces.add(slice(example, from, to));
        }
        return pieces;
    }

    private static Example slice(Example example, int from, int to) {
        return new Example(
                example.row(),
                Arrays.copyOfRange(example.tokens(), from, to),
                Arrays.copyOfRange(example.weights(), from, to));
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    public int length(int row) {
        return entries.get(row).length();
    }

    @Override
    public int trainedTokens(int row) {
        return entries.get(row).learned();
    }

    @Override
    public int source(int row) {
        return entries.get(row).file();
    }

    @Override
    public Batch batch(List<Integer> rows) {
        return Batch.of(rows.stream().map(this::get).toList());
    }

    /** One row; those that are not kept are read and tokenised again. */
    Example get(int row) {
        Entry entry = entries.get(row);
        Example kept = entry.kept();
        Example example = kept != null
                ? kept
                : pieces(example(entry.file(), entry.row(), row), place(row)).get(entry.piece());
        return new Example(row, example.tokens(), example.weights());
    }

    @Override
    public String place(int row) {
        Entry entry = entries.get(row);
        return files.get(entry.file()).place(entry.row());
    }

    public long tokens() {
        return tokens;
    }

    /** Tokens that are learned. */
    public long trainedTokens() {
        return trained;
    }

    /** Rows that were longer than allowed, by what was done with them. */
    public Map<Overflow, Integer> overflowed() {
        return Map.copyOf(overflowed);
    }
}
