package dev.hone.recipes.statistics;

import dev.hone.data.row.JsonlFile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Rows of an evaluation that stand in training data: thirteen words in a row are common to both, as the GPT-3 paper counts it (Brown et al.,
 * 2020, appendix C), or, of a row with fewer words, all of them are a run of the training row. For use by one thread.
 */
final class Overlap {
    private static final int RUN = 13;

    private final JsonlFile file;
    private final Map<Long, int[]> rowsByRun = new HashMap<>();
    private final Map<Integer, Map<Long, int[]>> shorter = new HashMap<>();
    private final String[] foundAt;

    /** What was found of one file: how many of its rows, and where. */
    public record Found(String path, int rows, int overlapping, Map<String, String> places) {
        public Found {
            places = Map.copyOf(places);
        }
    }

    Overlap(JsonlFile file) {
        this.file = file;
        this.foundAt = new String[file.rows()];
        for (int row = 0; row < file.rows(); row++) {
            long[] words = Words.of(RowText.of(file.row(row), file.place(row)).all());
            Map<Long, int[]> into =
                    words.length < RUN ? shorter.computeIfAbsent(words.length, length -> new HashMap<>()) : rowsByRun;
            for (long run : Words.runs(words, RUN)) {
                int number = row;
                into.merge(run, new int[] {row}, (some, one) -> {
                    if (some[some.length - 1] == number) {
                        return some;
                    }
                    int[] more = Arrays.copyOf(some, some.length + 1);
                    more[some.length] = number;
                    return more;
                });
            }
        }
        shorter.remove(0);
        shorter.remove(1); // a word says nothing
        shorter.remove(2);
    }

    /** Looks for rows of the evaluation in a training row. */
    void look(long[] words, String place) {
        if (words.length >= RUN) {
            mark(Words.runs(words, RUN), rowsByRun, place);
        }
        shorter.forEach((length, rows) -> {
            if (words.length >= length) {
                mark(Words.runs(words, length), rows, place);
            }
        });
    }

    private void mark(long[] runs, Map<Long, int[]> rows, String place) {
        for (long run : runs) {
            for (int row : rows.getOrDefault(run, new int[0])) {
                if (foundAt[row] == null) {
                    foundAt[row] = place;
                }
            }
        }
    }

    Found found() {
        Map<String, String> places = new HashMap<>();
        int count = 0;
        for (int row = 0; row < foundAt.length; row++) {
            if (foundAt[row] != null) {
                count++;
                if (places.size() < DataStatistics.EXAMPLES) {
                    places.put(file.place(row), foundAt[row]);
                }
            }
        }
        return new Found(file.path().toString(), foundAt.length, count, places);
    }
}
