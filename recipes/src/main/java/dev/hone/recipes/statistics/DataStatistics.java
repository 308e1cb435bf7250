package dev.hone.recipes.statistics;

import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.LabelledRow;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.RowType;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.recipes.inspect.RowRendering;
import dev.hone.recipes.run.RunObserver;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What some files of rows hold, counted in one pass. Immutable.
 *
 * @param files what each of them is read as, by its path
 * @param rows of all files
 * @param unreadable rows that cannot be read, and why some of them cannot
 * @param characters of what a row says, prompt and answers
 * @param answers characters of the answers, or of the texts
 * @param turns messages of a row
 * @param tokens of a row as it is trained; none without a tokenizer
 * @param trained tokens of a row that are trained; none without a tokenizer
 * @param languages rows by the language they seem to be in
 * @param repeated rows that say exactly what one before them says
 * @param alike rows that say nearly what one before them says, those aside
 * @param compared rows that were compared for that
 * @param empty rows whose answer says nothing
 * @param labels rows by their label; empty where they have none
 * @param overlaps of evaluations with these rows
 */
public record DataStatistics(
        Map<String, String> files,
        int rows,
        Findings unreadable,
        Distribution characters,
        Distribution answers,
        Distribution turns,
        @Nullable Distribution tokens,
        @Nullable Distribution trained,
        Map<String, Integer> languages,
        Findings repeated,
        Findings alike,
        int compared,
        Findings empty,
        Map<String, Integer> labels,
        List<Overlap.Found> overlaps) {
    static final int EXAMPLES = 3;

    public DataStatistics {
        files = new java.util.LinkedHashMap<>(files);
        languages = Map.copyOf(languages);
        labels = Map.copyOf(labels);
        overlaps = List.copyOf(overlaps);
    }

    /**
     * Rows of which something was found.
     *
     * @param examples a few of them: a place, and what is to be said of it
     */
    public record Findings(int count, List<String> examples) {
        public Findings {
            examples = List.copyOf(examples);
        }
    }

    /**
     * Counts.
     *
     * @param renderer writes rows down as tokens; null: only characters are counted
     * @param evaluations files whose rows are looked for in these
     */
    public static DataStatistics of(
            List<JsonlFile> files, @Nullable RowRenderer renderer, List<JsonlFile> evaluations, RunObserver observer) {
        long total = files.stream().mapToLong(JsonlFile::rows).sum();
        try (RunObserver.Work work = observer.begin("counting", "rows", total, 0)) {
            Counter counter = new Counter(files, renderer, evaluations);
            int read = 0;
            for (JsonlFile file : files) {
                for (int row = 0; row < file.rows(); row++) {
                    if (observer.getAsBoolean()) {
                        throw new StoppedException();
                    }
                    counter.add(file, row);
                    work.report(++read, read, "");
                }
            }
            return counter.statistics(read);
        }
    }

    private static final class Tally {
        private int count;
        private final List<String> examples = new ArrayList<>();

        void add(String example) {
            count++;
            if (examples.size() < EXAMPLES) {
                examples.add(example);
            }
        }

        Findings findings() {
            return new Findings(count, examples);
        }
    }

    private static final class Counter {
        private final List<JsonlFile> files;
        private final @Nullable RowRenderer renderer;
        private final List<Overlap> overlaps;
        private final Counts characters = new Counts();
        private final Counts answers = new Counts();
        private final Counts turns = new Counts();
        private final Counts tokens = new Counts();
        private final Counts trained = new Counts();
        private final Map<String, Integer> languages = new TreeMap<>();
        private final Map<String, Integer> labels = new TreeMap<>();
        private final Tally unreadable = new Tally();
        private final Tally repeated = new Tally();
        private final Tally alike = new Tally();
        private final Tally empty = new Tally();
        private final FirstRows firsts = new FirstRows();
        private final NearRows near = new NearRows();
        /** File and row of those that are compared. */
        private final List<long[]> comparedRows = new ArrayList<>();

        Counter(List<JsonlFile> files, @Nullable RowRenderer renderer, List<JsonlFile> evaluations) {
            this.files = files;
            this.renderer = renderer;
            this.overlaps = evaluations.stream().map(Overlap::new).toList();
        }

        void add(JsonlFile file, int row) {
            String place = file.place(row);
            try {
                RowText text = RowText.of(file.row(row), place);
                render(file, row);
                String all = text.all();
                characters.add(all.codePointCount(0, all.length()));
                answers.add(text.answers().codePointCount(0, text.answers().length()));
                turns.add(text.turns());
                languages.merge(TextLanguage.of(all), 1, Integer::sum);
                if (Message.saysNothing(text.answers())) {
                    empty.add(place);
                }
                label(file, row);
                compare(file, row, all, place);
            } catch (DataException e) {
                unreadable.add(String.valueOf(e.getMessage()));
            }
        }

        private void render(JsonlFile file, int row) {
            if (renderer != null) {
                int length = 0;
                int learned = 0;
                for (RowRenderer.Rendered part :
                        RowRendering.row(file, row, renderer).parts().values()) {
                    length += part.example().computed();
                    learned += part.example().trained();
                }
                tokens.add(length);
                trained.add(learned);
            }
        }

        private void label(JsonlFile file, int row) {
            dev.hone.data.row.RowColumns columns = dev.hone.data.row.RowColumns.of(file.row(row), file.place(row));
            if (RowType.of(columns).type() == RowType.LABELLED) {
                labels.merge(LabelledRow.read(columns).desirable() ? "true" : "false", 1, Integer::sum);
            }
        }

        private void compare(JsonlFile file, int row, String all, String place) {
            long[] words = Words.of(all);
            overlaps.forEach(overlap -> overlap.look(words, place));
            long known = firsts.orElse(all, (long) files.indexOf(file) << 32 | row);
            if (known >= 0) {
                repeated.add(place + " says what " + place(known) + " says");
            } else if (words.length > 0 && near.add(words)) {
                comparedRows.add(new long[] {(long) files.indexOf(file) << 32 | row});
            }
        }

        private String place(long row) {
            return files.get((int) (row >>> 32)).place((int) row);
        }

        DataStatistics statistics(int read) {
            for (NearRows.Pair pair : near.pairs()) {
                alike.add(place(comparedRows.get(pair.row())[0]) + " says nearly what "
                        + place(comparedRows.get(pair.like())[0]) + " says");
            }
            Map<String, String> described = new java.util.LinkedHashMap<>();
            files.forEach(file -> described.put(
                    file.path().toString(), String.format(Locale.ROOT, "%,d rows: %s", file.rows(), file.described())));
            return new DataStatistics(
                    described,
                    read,
                    unreadable.findings(),
                    characters.distribution(),
                    answers.distribution(),
                    turns.distribution(),
                    renderer == null ? null : tokens.distribution(),
                    renderer == null ? null : trained.distribution(),
                    languages,
                    repeated.findings(),
                    alike.findings(),
                    comparedRows.size(),
                    empty.findings(),
                    labels,
                    overlaps.stream().map(Overlap::found).toList());
        }
    }

    /** The first row that says something, by a hash of 64 bits of it. */
    private static final class FirstRows {
        private final Map<Long, Long> rows = new HashMap<>();

        /** The row that was there before, or -1. */
        long orElse(String text, long row) {
            long hash = 0;
            for (int i = 0; i < text.length(); i++) {
                hash = Words.mixed(hash * 31 + text.charAt(i));
            }
            Long before = rows.putIfAbsent(hash, row);
            return before == null ? -1 : before;
        }
    }
}
