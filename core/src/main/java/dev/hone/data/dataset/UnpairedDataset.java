package dev.hone.data.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Answers with a {@code label} that says whether they are desirable, in any format that ends with an answer. Beside each may
 * stand its prompt with the answer of the row before it (of the last row, for the first): an answer that does not belong there.
 * Which one that is follows from the data alone, so batches may be split anywhere. Held in memory; safe to share between
 * threads.
 */
public final class UnpairedDataset implements Dataset {
    /** What a batch holds beside each answer. */
    public enum Beside {
        /** Nothing: a row of a batch is an answer. */
        NOTHING,
        /** An answer that does not belong to the prompt: row 2i is answer i, row 2i+1 the foreign one. */
        FOREIGN_ANSWER
    }

    private final Beside beside;
    private final int maxTokens;
    private final List<Example> answers = new ArrayList<>();
    private final List<Boolean> labels = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private final List<Integer> sources = new ArrayList<>();
    private int overflowed;

    private UnpairedDataset(Beside beside, int maxTokens) {
        this.beside = beside;
        this.maxTokens = maxTokens;
    }

    /**
     * Reads and checks every row.
     *
     * @param maxTokens longest row; foreign answers are cut to it
     * @param overflow what is done with a longer one; {@code split} is not possible
     * @throws DataException naming the first row that cannot be used, that none is left, or that all labels are the same
     */
    public static UnpairedDataset read(
            List<Path> paths,
            RowRenderer renderer,
            Beside beside,
            int maxTokens,
            Overflow overflow,
            IntConsumer progress,
            BooleanSupplier stop) {
        return read(
                paths.stream().map(JsonlFile::open).toList(),
                renderer,
                beside,
                maxTokens,
                overflow,
                ReadingListener.of(progress, stop));
    }

    /** The same of opened files, which may be parts of files; what becomes of rows that cannot be used, the listener says. */
    public static UnpairedDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            Beside beside,
            int maxTokens,
            Overflow overflow,
            ReadingListener listener) {
        UnpairedDataset all = new UnpairedDataset(beside, maxTokens);
        RowReader walk = RowReader.over(
                files,
                listener,
                (f, row) -> all.add(f, files.get(f).row(row), files.get(f).place(row), renderer, overflow));
        if (all.count() == 0) {
            if (walk.refused() > 0) {
                return all;
            }
            throw new DataException(JsonlFile.paths(files) + ": no answer is left to learn from; all " + walk.read()
                    + " are longer than max-tokens (" + maxTokens + ")");
        }
        int desirable = all.desirable();
        if (desirable == 0 || desirable == all.count()) {
            throw new DataException(JsonlFile.paths(files) + ": all " + all.count() + " labels are " + (desirable > 0)
                    + "; answers of both kinds are needed");
        }
        return all;
    }

    /** Refuses to learn from a part of these answers in which all labels are the same. */
    public void requireBothKinds(Subset learned) {
        long desirable = learned.rows().filter(labels::get).count();
        if (desirable == 0 || desirable == learned.count()) {
            throw new DataException("data.evaluate.share holds out every answer whose label is " + (desirable == 0)
                    + ", and answers of both kinds are needed to learn from; lower the share, name a file of its own"
                    + " as data.evaluate, choose another training.seed, or add rows");
        }
    }

    private void add(int source, ObjectNode row, String place, RowRenderer renderer, Overflow overflow) {
        JsonNode label = row.path("label");
        if (!label.isBoolean()) {
            throw new DataException(place + ": label " + (label.isMissingNode() ? "is missing" : "(" + label + ")")
                    + "; it must be true for a desirable answer and false for another");
        }
        Row answered = RowFormat.read(row, place);
        if (answered.answersNothing()) {
            throw new DataException(place + ": answer is empty, so there is nothing to judge");
        }
        Example example = renderer.render(answered, 2L * answers.size(), place).example();
        if (example.trained() == 0) {
            throw new DataException(place + ": has no answer to judge");
        }
        if (example.length() > maxTokens) {
            overflowed++;
            if (overflow == Overflow.DROP) {
                return;
            }
            if (overflow != Overflow.TRUNCATE) {
                throw new DataException(place + ": has " + example.length() + " tokens where max-tokens is " + maxTokens
                        + "; raise data.max-tokens, or set data.on-overflow to truncate or drop");
            }
            example = new Example(
                    example.row(),
                    Arrays.copyOf(example.tokens(), maxTokens),
                    Arrays.copyOf(example.weights(), maxTokens));
            if (example.trained() == 0) {
                return; // the prompt alone reaches max-tokens
            }
        }
        answers.add(example);
        labels.add(label.asBoolean());
        places.add(place);
        sources.add(source);
    }

    /** The row's prompt with the answer of the row before. */
    private Pair withForeign(int row) {
        Example own = answers.get(row);
        Example other = answers.get(Math.floorMod(row - 1, answers.size()));
        int prompt = firstLearned(own);
        int from = firstLearned(other);
        int length = Math.min(maxTokens, prompt + other.length() - from);
        int[] tokens = Arrays.copyOf(own.tokens(), length);
        float[] weights = new float[length];
        System.arraycopy(other.tokens(), from, tokens, prompt, length - prompt);
        System.arraycopy(other.weights(), from, weights, prompt, length - prompt);
        return new Pair(own, new Example(own.row() + 1, tokens, weights), 0);
    }

    private static int firstLearned(Example example) {
        int i = 1;
        while (example.weights()[i] == 0) {
            i++;
        }
        return i;
    }

    @Override
    public int count() {
        return answers.size();
    }

    @Override
    public int length(int row) {
        return beside == Beside.NOTHING
                ? answers.get(row).length()
                : withForeign(row).length();
    }

    /** Those of the answer itself; the one that does not belong there is only measured. */
    @Override
    public int trainedTokens(int row) {
        return answers.get(row).trained();
    }

    @Override
    public int source(int row) {
        return sources.get(row);
    }

    @Override
    public Batch batch(List<Integer> rows) {
        Batch batch = beside == Beside.NOTHING
                ? Batch.of(rows.stream().map(answers::get).toList())
                : Pair.batch(rows.stream().map(this::withForeign).toList());
        int each = batch.rowCount() / rows.size();
        float[] desirable = new float[batch.rowCount()];
        for (int i = 0; i < desirable.length; i++) {
            desirable[i] = labels.get(rows.get(i / each)) ? 1 : 0;
        }
        return batch.with(Annotation.DESIRABLE, desirable);
    }

    @Override
    public String place(int row) {
        return places.get(row);
    }

    /** How many answers are desirable. */
    public int desirable() {
        return (int) labels.stream().filter(label -> label).count();
    }

    /** Answers that were cut or dropped because they are too long. */
    public int overflowed() {
        return overflowed;
    }
}
