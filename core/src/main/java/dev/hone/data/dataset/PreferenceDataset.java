package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.PairRow;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Preference pairs from the rows of files, each a {@link PairRow}. Held in memory; safe to share between threads. */
public final class PreferenceDataset implements Dataset {
    private final TargetKind scored;
    private final DatasetFiles files;
    private final List<Entry> entries = new ArrayList<>();
    private int equal;
    private int overflowed;
    private int emptied;

    /** A pair and where it stands. */
    private record Entry(Pair pair, DatasetFiles.RowOrigin origin) {}

    private PreferenceDataset(TargetKind scored, DatasetFiles files) {
        this.scored = scored;
        this.files = files;
    }

    /**
     * Reads and checks every pair of some files, or of parts of them. Pairs whose sides are equal teach nothing; they are left out
     * and counted.
     *
     * @param scored what the model gives numbers for
     * @param maxTokens longest side, prompt included
     * @param overflow what is done with a longer one; {@code split} is not possible, and {@code truncate} is not where sides are
     *     scored as a whole, since a text without its end is another text
     * @param listener decides what becomes of rows that cannot be used
     * @throws DataException naming the first row that cannot be used, by file and line, unless the listener continues
     */
    public static PreferenceDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            TargetKind scored,
            int maxTokens,
            Overflow overflow,
            ReadingListener listener) {
        if (scored == TargetKind.WHOLE && overflow == Overflow.TRUNCATE) {
            throw new DataException(
                    "data.on-overflow (truncate) would cut off the end of a text, where it is scored; set it"
                            + " to drop or refuse, or raise data.max-tokens");
        }
        DatasetFiles source = new DatasetFiles(files, renderer, maxTokens, overflow);
        PreferenceDataset all = new PreferenceDataset(scored, source);
        RowReader found = source.read(listener, all::add);
        if (all.entries.isEmpty() && found.refused() == 0) {
            throw source.nothingLeft(
                    "pair", "of " + found.read() + ", " + all.equal + " have equal sides and " + all.overflowed);
        }
        return all;
    }

    private void add(RowColumns row, DatasetFiles.RowOrigin origin) {
        String place = origin.place();
        long number = 2L * entries.size();
        PairRow both = PairRow.read(row);
        Example chosen = side(both.chosen(), "chosen", number, place);
        Example rejected = side(both.rejected(), "rejected", number + 1, place);
        if (Arrays.equals(chosen.tokens(), rejected.tokens())) {
            equal++;
            return;
        }
        int longest = Math.max(chosen.longest(), rejected.longest());
        if (files.isTooLong(longest)) {
            overflowed++;
            switch (files.overflow()) {
                case REFUSE -> throw files.tooLong(place, "its longer side has", longest, remedies());
                case SPLIT ->
                    throw DataException.at(
                            place,
                            "its longer side has " + longest + " tokens where max-tokens is "
                                    + files.maxTokens() + ", and a pair cannot be split; set data.on-overflow to "
                                    + remedies());
                case DROP -> {
                    return;
                }
                case TRUNCATE -> {
                    chosen = files.cut(chosen);
                    rejected = files.cut(rejected);
                    if (chosen.trained() == 0 || rejected.trained() == 0) {
                        emptied++; // the prompt alone reaches max-tokens
                        return;
                    }
                    if (Arrays.equals(chosen.tokens(), rejected.tokens())) {
                        equal++;
                        return;
                    }
                }
            }
        }
        Pair pair = scored == TargetKind.WHOLE
                ? new Pair(chosen.asContext(), rejected.asContext(), both.margin())
                : new Pair(chosen, rejected, both.margin());
        entries.add(new Entry(pair, origin));
    }

    private String remedies() {
        return scored == TargetKind.WHOLE ? "drop" : "truncate or drop";
    }

    private Example side(Row answered, String side, long number, String place) {
        if (answered.answersNothing()) {
            throw DataException.at(place, side + " is empty, so there is nothing to compare");
        }
        Example example = files.example(answered, number, place);
        if (example.trained() == 0) {
            throw DataException.at(place, side + " has no trained token, so there is nothing to compare");
        }
        return example;
    }

    @Override
    public int count() {
        return entries.size();
    }

    private Pair pair(int row) {
        return entries.get(row).pair();
    }

    @Override
    public int length(int row) {
        return pair(row).length();
    }

    @Override
    public int trainedTokens(int row) {
        Pair pair = pair(row);
        int chosen = scored == TargetKind.ANSWERS_AND_CHOSEN_PROMPT
                ? pair.chosen().length() - pair.chosen().starts().length
                : pair.chosen().trained();
        return chosen + pair.rejected().trained();
    }

    @Override
    public int source(int row) {
        return entries.get(row).origin().file();
    }

    @Override
    public Batch batch(List<Integer> rows) {
        return Pair.batch(rows.stream().map(this::pair).toList(), scored);
    }

    @Override
    public String place(int row) {
        return entries.get(row).origin().place();
    }

    /** Pairs that were left out because both sides are the same. */
    public int equal() {
        return equal;
    }

    /** Pairs that were left out because cutting them off left nothing of an answer. */
    public int emptied() {
        return emptied;
    }

    /** Pairs that were cut or dropped because they are too long. */
    public int overflowed() {
        return overflowed;
    }
}
