package dev.hone.data.dataset;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import java.util.List;

/** A dataset with numbers for each target of its rows, computed by a frozen model. */
public final class AnnotatedDataset implements Dataset {
    private final Dataset rows;
    private final Annotation annotation;
    private final int width;
    private final List<float[]> values;

    /**
     * @param values for each row, one number for each of its targets
     */
    public AnnotatedDataset(Dataset rows, Annotation annotation, List<float[]> values) {
        this(rows, annotation, 1, values);
    }

    /**
     * @param width how many numbers a target has
     * @param values for each row, the numbers of its targets, one target after the other
     */
    public AnnotatedDataset(Dataset rows, Annotation annotation, int width, List<float[]> values) {
        if (rows.count() != values.size()) {
            throw new IllegalArgumentException(values.size() + " annotations for " + rows.count() + " rows");
        }
        this.rows = rows;
        this.annotation = annotation;
        this.width = width;
        this.values = List.copyOf(values);
    }

    @Override
    public int count() {
        return rows.count();
    }

    @Override
    public int length(int row) {
        return rows.length(row);
    }

    @Override
    public int trainedTokens(int row) {
        return rows.trainedTokens(row);
    }

    @Override
    public int source(int row) {
        return rows.source(row);
    }

    @Override
    public Batch batch(List<Integer> chosen) {
        Batch batch = rows.batch(chosen);
        float[] all = new float[Math.multiplyExact(batch.targets().count(), width)];
        int at = 0;
        for (int row : chosen) {
            float[] mine = values.get(row);
            if (mine.length > all.length - at) {
                throw new IllegalStateException("row " + rows.place(row) + " has " + mine.length
                        + " annotations, more than its targets ask for");
            }
            System.arraycopy(mine, 0, all, at, mine.length);
            at += mine.length;
        }
        if (at != all.length) {
            throw new IllegalStateException(
                    at + " annotations for " + batch.targets().count() + " targets of " + width);
        }
        return batch.with(annotation, width, all);
    }

    @Override
    public String place(int row) {
        return rows.place(row);
    }
}
