package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of one or more files, each read and tokenised when it is asked for, so that a run over any amount of data starts at once and
 * memory does not grow with it. A row that cannot be used is a {@link DataException} then, not before. Every row of the files is one of
 * these: one that is cut off before its reply begins stays, and nothing of it is trained. Safe to share between threads.
 */
public final class StreamedDataset implements Dataset {
    /** Examples that are kept: those of a step are asked for their lengths first. */
    private static final int RECENT = 1024;

    private final DatasetFiles files;
    private final int[] firsts;
    private final int count;
    private final Map<Integer, Example> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Example> eldest) {
            return size() > RECENT;
        }
    };

    private StreamedDataset(DatasetFiles files, int[] firsts, int count) {
        this.files = files;
        this.firsts = firsts;
        this.count = count;
    }

    /**
     * Some files, of which nothing is read yet.
     *
     * @param maxTokens rows longer than this are refused or truncated, as {@code overflow} says; nothing else is possible, as it would need
     *     all lengths
     */
    public static StreamedDataset of(List<JsonlFile> files, RowRenderer renderer, int maxTokens, Overflow overflow) {
        if (overflow != Overflow.REFUSE && overflow != Overflow.TRUNCATE) {
            throw new IllegalArgumentException("rows that are streamed can be refused or truncated, not " + overflow);
        }
        int[] firsts = new int[files.size()];
        long rows = 0;
        for (int f = 0; f < firsts.length; f++) {
            firsts[f] = (int) rows;
            rows += files.get(f).rows();
            if (rows > Integer.MAX_VALUE - 8) {
                throw new DataException(JsonlFile.paths(files) + ": " + rows + " rows are more than one run can have");
            }
        }
        return new StreamedDataset(new DatasetFiles(files, renderer, maxTokens, overflow), firsts, (int) rows);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int length(int row) {
        return get(row).computed();
    }

    @Override
    public int trainedTokens(int row) {
        return get(row).trained();
    }

    @Override
    public boolean isCounted() {
        return false;
    }

    @Override
    public int source(int row) {
        int found = Arrays.binarySearch(firsts, row);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public Batch batch(List<Integer> rows) {
        return Batch.of(rows.stream().map(this::get).toList());
    }

    @Override
    public String place(int row) {
        int file = source(row);
        return files.origin(file, row - firsts[file]).place();
    }

    private Example get(int row) {
        synchronized (recent) {
            Example known = recent.get(row);
            if (known != null) {
                return known;
            }
        }
        Example made = made(row);
        synchronized (recent) {
            recent.put(row, made);
        }
        return made;
    }

    private Example made(int row) {
        int file = source(row);
        String place = place(row);
        Row read = RowFormat.read(files.row(file, row - firsts[file]));
        Example whole = files.example(read, row, place);
        if (whole.trained() == 0) {
            throw DataException.at(
                    place, "has no trained token; none of its " + whole.length() + " tokens is part of a reply");
        }
        if (!files.isTooLong(whole.longest())) {
            return whole;
        }
        if (files.overflow() == Overflow.REFUSE) {
            throw files.tooLong(place, "has", whole.longest(), "truncate");
        }
        return files.cut(whole);
    }
}
