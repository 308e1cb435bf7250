package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.LabelledRow;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers with a {@code label} that says whether they are desirable, in any format that ends with an answer; it is that answer's,
 * whatever was said before. Beside each may
 * stand its prompt with the answer of the row before it (of the last row, for the first): an answer that does not belong there.
 * Which one that is follows from the data alone, so batches may be split anywhere. Held in memory; safe to share between
 * threads.
 */
public final class UnpairedDataset implements Dataset {
    /** What a batch holds beside each answer. */
    public enum Companion {
        /** Nothing: a row of a batch is an answer. */
        NOTHING,
        /** An answer that does not belong to the prompt: row 2i is answer i, row 2i+1 the foreign one. */
        FOREIGN_ANSWER
    }

    private final Companion beside;
    private final DatasetFiles files;
    private final List<Entry> entries = new ArrayList<>();
    private int overflowed;
    private int emptied;

    /** An answer with its prompt, and where it stands. */
    private record Entry(Example answer, boolean desirable, DatasetFiles.RowOrigin origin) {}

    private UnpairedDataset(Companion beside, DatasetFiles files) {
        this.beside = beside;
        this.files = files;
    }

    /**
     * Reads and checks every row of some files, or of parts of them.
     *
     * @param maxTokens longest row; foreign answers are cut to it
     * @param overflow what is done with a longer one; {@code split} is not possible
     * @param listener decides what becomes of rows that cannot be used
     * @throws DataException naming the first row that cannot be used, unless the listener continues; that none is left, or that all
     *     labels are the same
     */
    public static UnpairedDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            Companion beside,
            int maxTokens,
            Overflow overflow,
            ReadingListener listener) {
        DatasetFiles source = new DatasetFiles(files, renderer, maxTokens, overflow);
        UnpairedDataset all = new UnpairedDataset(beside, source);
        RowReader found = source.read(listener, all::add);
        if (all.count() == 0) {
            if (found.refused() > 0) {
                return all;
            }
            throw source.nothingLeft("answer", "all " + found.read());
        }
        int desirable = all.desirable();
        if (desirable == 0 || desirable == all.count()) {
            throw new DataException(JsonlFile.paths(files) + ": all " + all.count() + " labels are " + (desirable > 0)
                    + "; answers of both kinds are needed");
        }
        return all;
    }

    /** Refuses to train on a part of these answers in which all labels are the same. */
    public void requireBothKinds(Subset training) {
        long desirable =
                training.rows().filter(row -> entries.get(row).desirable()).count();
        if (desirable == 0 || desirable == training.count()) {
            throw new DataException("data.evaluate.share holds out every answer whose label is " + (desirable == 0)
                    + ", and answers of both kinds are needed to train on; lower the share, name a file of its own"
                    + " as data.evaluate, choose another training.seed, or add rows");
        }
    }

    private void add(RowColumns row, DatasetFiles.RowOrigin origin) {
        String place = origin.place();
        LabelledRow labelled = LabelledRow.read(row);
        if (labelled.answered().answersNothing()) {
            throw DataException.at(place, "answer is empty, so there is nothing to judge");
        }
        Example example = files.example(labelled.answered(), 2L * entries.size(), place);
        if (example.trained() == 0) {
            throw DataException.at(place, "has no answer to judge");
        }
        if (files.isTooLong(example.longest())) {
            overflowed++;
            if (files.overflow() == Overflow.DROP) {
                return;
            }
            if (files.overflow() != Overflow.TRUNCATE) {
                throw files.tooLong(place, "has", example.longest(), "truncate or drop");
            }
            example = files.cut(example);
            if (example.trained() == 0) {
                emptied++; // the prompt alone reaches max-tokens
                return;
            }
        }
        entries.add(new Entry(example, labelled.desirable(), origin));
    }

    /** The row's prompt with the answer of the row before: what is judged begins with the first trained token. */
    private Pair withForeign(int row) {
        Example own = answer(row);
        Example other = answer(Math.floorMod(row - 1, entries.size()));
        int prompt = firstTrained(own);
        int from = firstTrained(other);
        int length = Math.min(files.maxTokens(), prompt + other.length() - from);
        int[] tokens = Arrays.copyOf(own.tokens(), length);
        float[] weights = new float[length];
        System.arraycopy(other.tokens(), from, tokens, prompt, length - prompt);
        System.arraycopy(other.weights(), from, weights, prompt, length - prompt);
        return new Pair(own, new Example(own.row() + 1, tokens, weights), 0);
    }

    private static int firstTrained(Example example) {
        int i = 1;
        while (example.weights()[i] == 0) {
            i++;
        }
        return i;
    }

    @Override
    public int count() {
        return entries.size();
    }

    private Example answer(int row) {
        return entries.get(row).answer();
    }

    @Override
    public int length(int row) {
        return beside == Companion.NOTHING
                ? answer(row).length()
                : withForeign(row).length();
    }

    /** Those of the answer itself; the one that does not belong there is only measured. */
    @Override
    public int trainedTokens(int row) {
        return answer(row).trained();
    }

    @Override
    public int source(int row) {
        return entries.get(row).origin().file();
    }

    @Override
    public Batch batch(List<Integer> rows) {
        Batch batch = beside == Companion.NOTHING
                ? Batch.of(rows.stream().map(this::answer).toList())
                : Pair.batch(rows.stream().map(this::withForeign).toList());
        int each = batch.rowCount() / rows.size();
        float[] desirable = new float[batch.rowCount()];
        for (int i = 0; i < desirable.length; i++) {
            desirable[i] = entries.get(rows.get(i / each)).desirable() ? 1 : 0;
        }
        return batch.with(Annotation.DESIRABLE, desirable);
    }

    @Override
    public String place(int row) {
        return entries.get(row).origin().place();
    }

    /** How many answers are desirable. */
    public int desirable() {
        return (int) entries.stream().filter(Entry::desirable).count();
    }

    /** Answers that were left out because cutting them off left nothing of them. */
    public int emptied() {
        return emptied;
    }

    /** Answers that were cut or dropped because they are too long. */
    public int overflowed() {
        return overflowed;
    }
}
