package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import java.util.List;

/** Tokenised rows, reached by number, of which batches are made; safe to share between threads. */
public interface Dataset {
    int count();

    /** Tokens of a row, known without making it. */
    int length(int row);

    /** Trained tokens of a row, known without making it: what shares are counted in. */
    int trainedTokens(int row);

    /** Which of several sources, from 0, a row came from. */
    int source(int row);

    /** Lays rows flat, in the given order. */
    Batch batch(List<Integer> rows);

    /** Where a row came from, for messages. */
    String place(int row);

    /** Examples held in memory. */
    static Dataset of(List<Example> list) {
        List<Example> examples = List.copyOf(list);
        return new Dataset() {
            @Override
            public int count() {
                return examples.size();
            }

            @Override
            public int length(int row) {
                return examples.get(row).length();
            }

            @Override
            public int trainedTokens(int row) {
                return examples.get(row).trained();
            }

            @Override
            public int source(int row) {
                return 0;
            }

            @Override
            public Batch batch(List<Integer> rows) {
                return Batch.of(rows.stream().map(examples::get).toList());
            }

            @Override
            public String place(int row) {
                return "row " + examples.get(row).row();
            }
        };
    }
}
