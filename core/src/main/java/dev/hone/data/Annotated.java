package dev.hone.data;

import java.util.List;

/** Rows with one number for each of their targets, which a frozen model gave. */
public final class Annotated implements Examples {
    private final Examples rows;
    private final Annotation annotation;
    private final List<float[]> values;

    /**
     * @param values for each row, one number for each of its targets
     */
    public Annotated(Examples rows, Annotation annotation, List<float[]> values) {
        if (rows.count() != values.size()) {
            throw new IllegalArgumentException(values.size() + " annotations for " + rows.count() + " rows");
        }
        this.rows = rows;
        this.annotation = annotation;
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
    public Batch batch(List<Integer> chosen) {
        Batch batch = rows.batch(chosen);
        float[] all = new float[batch.targets().count()];
        int at = 0;
        for (int row : chosen) {
            float[] mine = values.get(row);
            System.arraycopy(mine, 0, all, at, mine.length);
            at += mine.length;
        }
        if (at != all.length) {
            throw new IllegalStateException(at + " annotations for " + all.length + " targets");
        }
        return batch.with(annotation, all);
    }

    @Override
    public String place(int row) {
        return rows.place(row);
    }
}
