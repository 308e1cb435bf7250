package dev.hone.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table as data: named columns and rows of cells, drawn in a terminal by {@link TextTable} and on a page by
 * {@link HtmlReport}. Immutable.
 */
public record Table(List<Column> columns, List<List<Cell>> rows) {

    /** @throws IllegalArgumentException if there is no column, or a row has not one cell per column */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("a table needs at least one column");
        }
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).size() != columns.size()) {
                throw new IllegalArgumentException("row %d has %d cells, the table %d columns"
                        .formatted(row + 1, rows.get(row).size(), columns.size()));
            }
        }
    }

    /** A table without rows. */
    public static Table of(Column... columns) {
        return new Table(Arrays.asList(columns), List.of());
    }

    /** This table with one more row. */
    public Table row(Cell... cells) {
        List<List<Cell>> more = new ArrayList<>(rows);
        more.add(Arrays.asList(cells));
        return new Table(columns, more);
    }

    /** A column's heading and alignment. */
    public record Column(String title, Align align) {
        public static Column text(String title) {
            return new Column(title, Align.LEFT);
        }

        /** Numbers are right-aligned, so that equal decimals line up. */
        public static Column number(String title) {
            return new Column(title, Align.RIGHT);
        }
    }

    /** The alignment of cells in a column. */
    public enum Align {
        LEFT,
        RIGHT
    }

    /** The colour of a cell; always next to a sign or word, so that nothing depends on colour alone. */
    public enum Tone {
        PLAIN,
        GOOD,
        BAD,
        FAINT
    }

    /**
     * One entry: its text, a fainter note after it (empty for none), a tone, and for proportions the interval behind the
     * note, as a share of one.
     */
    public record Cell(
            String text, String note, Tone tone, @Nullable Interval interval) {
        public static Cell text(String text) {
            return new Cell(text, "", Tone.PLAIN, null);
        }

        /** A whole number with grouped thousands, {@code 1,204}. */
        public static Cell count(long value) {
            return text(String.format(Locale.ROOT, "%,d", value));
        }

        /** A number with a fixed count of decimals; a dash when it is not finite. */
        public static Cell number(double value, int decimals) {
            return Double.isFinite(value)
                    ? text(String.format(Locale.ROOT, "%,." + decimals + "f", value))
                    : text("-").toned(Tone.FAINT);
        }

        /** A proportion as a percentage with its 95 % Wilson interval; a dash when nothing was tried. */
        public static Cell share(long right, long total) {
            Interval interval = Intervals.wilson(right, total);
            if (total == 0) {
                return text("-").toned(Tone.FAINT);
            }
            String percent = String.format(Locale.ROOT, "%.1f %%", 100.0 * right / total);
            return new Cell(percent, interval.percent(), Tone.PLAIN, interval);
        }

        /** A difference with its sign, good when positive; write {@code change(x, 1).toned(BAD)} where less is better. */
        public static Cell change(double value, int decimals) {
            String text = String.format(Locale.ROOT, "%+,." + decimals + "f", value);
            boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
            if (!Double.isFinite(value) || zero) {
                return number(Math.abs(value), decimals).toned(Tone.FAINT);
            }
            return text(text).toned(value > 0 ? Tone.GOOD : Tone.BAD);
        }

        public Cell noted(String note) {
            return new Cell(text, note, tone, interval);
        }

        public Cell toned(Tone tone) {
            return new Cell(text, note, tone, interval);
        }
    }
}
