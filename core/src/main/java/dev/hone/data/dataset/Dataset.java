package dev.hone.data.dataset;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import java.util.List;

/** Tokenised rows, reached by number, of which batches are made; safe to share between threads. */
public interface Dataset {
    int count();

    /** Tokens of a row that are computed, known without making it where rows are counted. */
    int length(int row);

    /** Trained tokens of a row, known without making it where rows are counted: what shares are counted in. */
    int trainedTokens(int row);

    /** Whether all rows were read and their tokens counted; otherwise that is done when a row is asked for, and to ask for all takes long. */
    default boolean isCounted() {
        return true;
    }

    /** Which of several sources, from 0, a row came from. */
    int source(int row);

    /** Lays rows flat, in the given order. */
    Batch batch(List<Integer> rows);

    /** Where a row came from, for messages. */
    String place(int row);

    /** Examples held in memory. */
    static Dataset of(List<Example> examples) {
        return new MemoryDataset<>(
                examples, Example::computed, Example::trained, Batch::of, example -> "row " + example.row());
    }

    /** Pairs of replies held in memory, scored token by token. */
    static Dataset ofPairs(List<Pair> pairs) {
        return new MemoryDataset<>(
                pairs,
                Pair::length,
                pair -> pair.chosen().trained() + pair.rejected().trained(),
                Pair::batch,
                pair -> "pair " + pair.chosen().row() / 2);
    }
}
