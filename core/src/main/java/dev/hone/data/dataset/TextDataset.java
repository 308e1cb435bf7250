package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of one or more files, tokenised once to know their lengths and to refuse bad ones before anything is trained.
 *
 * <p>Examples stay in memory up to a number of tokens; rows beyond it are read and tokenised again when they are needed, so
 * data may be larger than memory. Safe to share between threads.
 */
public final class TextDataset implements Dataset {
    /** Tokens that are kept in memory: 400 MB with their weights. */
    private static final long KEPT_TOKENS = 50_000_000;

    private final DatasetFiles files;
    private final long keptTokens;
    /** Of each example its row, its piece of that, its length, and how much of it is trained; files follow each other. */
    private final IntColumn rows = new IntColumn();

    private final IntColumn pieceOf = new IntColumn();
    private final IntColumn lengths = new IntColumn();
    private final IntColumn trainedOf = new IntColumn();
    /** The first example of each file. */
    private final List<Integer> firsts = new ArrayList<>();
    /** The first examples themselves, while there is room. */
    private final List<Example> kept = new ArrayList<>();

    private final Map<Overflow, Integer> overflowed = new EnumMap<>(Overflow.class);
    private long tokens;
    private long trained;
    private int examples;
    private int emptied;

    private TextDataset(DatasetFiles files, long keptTokens) {
        this.files = files;
        this.keptTokens = keptTokens;
    }

    /**
     * Reads and checks every row of some files, or of parts of them.
     *
     * @param maxTokens rows longer than this are handled as {@code overflow} says
     * @param listener decides what becomes of rows that cannot be used
     * @throws DataException naming the first row that cannot be used, by file and line, unless the listener continues
     */
    public static TextDataset read(
            List<JsonlFile> files, RowRenderer renderer, int maxTokens, Overflow overflow, ReadingListener listener) {
        return read(files, renderer, maxTokens, overflow, KEPT_TOKENS, listener);
    }

    static TextDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            int maxTokens,
            Overflow overflow,
            long keptTokens,
            ReadingListener listener) {
        DatasetFiles source = new DatasetFiles(files, renderer, maxTokens, overflow);
        TextDataset all = new TextDataset(source, keptTokens);
        RowReader found = source.read(listener, all::add);
        if (all.lengths.size() == 0 && found.refused() == 0) {
            throw source.nothingLeft("row", "all " + found.read());
        }
        return all;
    }

    private void add(RowColumns row, DatasetFiles.RowOrigin origin) {
        String place = origin.place();
        Row found = RowFormat.read(row);
        Example whole = files.example(found, lengths.size(), place);
        Overflow overflow = files.overflow();
        boolean tooLong = files.isTooLong(whole.longest());
        if (tooLong) {
            overflowed.merge(overflow, 1, Integer::sum);
        }
        if (whole.trained() == 0 && !(tooLong && overflow == Overflow.DROP)) {
            throw DataException.at(
                    place, "has no trained token; none of its " + whole.length() + " tokens is part of a reply");
        }
        List<Example> pieces = pieces(found, whole, place);
        for (int i = 0; i < pieces.size(); i++) {
            Example piece = pieces.get(i);
            if (piece.trained() > 0) { // the prompt alone may reach max-tokens
                tokens += piece.computed();
                trained += piece.trained();
                while (firsts.size() <= origin.file()) {
                    firsts.add(lengths.size());
                }
                if (tokens <= keptTokens) {
                    kept.add(piece);
                }
                rows.add(origin.row());
                pieceOf.add(i);
                lengths.add(piece.computed());
                trainedOf.add(piece.trained());
                examples += piece.starts().length;
            } else {
                emptied++;
            }
        }
    }

    private List<Example> pieces(Row row, Example example, String place) {
        if (!files.isTooLong(example.longest())) {
            return List.of(example);
        }
        boolean text = row instanceof Row.PlainText;
        return switch (files.overflow()) {
            case REFUSE ->
                throw files.tooLong(
                        place, "has", example.longest(), text ? "truncate, drop or split" : "truncate or drop");
            case DROP -> List.of();
            case TRUNCATE -> List.of(files.cut(example));
            case SPLIT -> {
                if (!text) {
                    throw files.tooLong(
                            place,
                            "is no text, of which any part can be trained on, so it cannot be split, and has",
                            example.longest(),
                            "truncate or drop");
                }
                yield split(example);
            }
        };
    }

    /** Pieces as long as allowed; the last but one gives up a token where the last would have a single one to train on. */
    private List<Example> split(Example example) {
        List<Example> pieces = new ArrayList<>();
        int to;
        for (int from = 0; from < example.length(); from = to) {
            to = Math.min(example.length(), from + files.maxTokens());
            if (example.length() - to == 1 && to - from > 2) {
                to--;
            }
            pieces.add(DatasetFiles.slice(example, from, to));
        }
        return pieces;
    }

    @Override
    public int count() {
        return lengths.size();
    }

    @Override
    public int length(int row) {
        return lengths.get(row);
    }

    @Override
    public int trainedTokens(int row) {
        return trainedOf.get(row);
    }

    @Override
    public int source(int row) {
        int file = firsts.size() - 1;
        while (firsts.get(file) > row) {
            file--;
        }
        return file;
    }

    @Override
    public Batch batch(List<Integer> chosen) {
        return Batch.of(chosen.stream().map(this::get).toList());
    }

    /** One row; those that are not kept are read and tokenised again. */
    Example get(int row) {
        Example example = row < kept.size() ? kept.get(row) : reread(row);
        return example.numbered(row);
    }

    private Example reread(int row) {
        String place = place(row);
        Row found = RowFormat.read(files.row(source(row), rows.get(row)));
        return pieces(found, files.example(found, row, place), place).get(pieceOf.get(row));
    }

    @Override
    public String place(int row) {
        return files.origin(source(row), rows.get(row)).place();
    }

    public long tokens() {
        return tokens;
    }

    /** Tokens that are trained. */
    public long trainedTokens() {
        return trained;
    }

    /** Sequences of all rows: more than rows where conversations are trained reply by reply. */
    public int sequences() {
        return examples;
    }

    /** Rows that were left out because cutting them off left nothing of their replies. */
    public int emptied() {
        return emptied;
    }

    /** Rows that were longer than allowed, by what was done with them. */
    public Map<Overflow, Integer> overflowed() {
        return Map.copyOf(overflowed);
    }
}
