package dev.hone.data;

import java.util.List;

/** Tokenised rows, reached by number; their lengths are known without making them. Safe to share between threads. */
public interface Examples {
    int count();

    /** Tokens of a row. */
    int length(int row);

    Example get(int row);

    /** Where a row came from, for messages. */
    String place(int row);

    /** Examples held in memory. */
    static Examples of(List<Example> list) {
        List<Example> examples = List.copyOf(list);
        return new Examples() {
            @Override
            public int count() {
                return examples.size();
            }

            @Override
            public int length(int row) {
                return examples.get(row).length();
            }

            @Override
            public Example get(int row) {
                return examples.get(row);
            }

            @Override
            public String place(int row) {
                return "row " + examples.get(row).row();
            }
        };
    }
}
