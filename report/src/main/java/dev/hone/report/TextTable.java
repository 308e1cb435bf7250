package dev.hone.report;

import dev.hone.report.Table.Align;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws a {@link Table} in fixed-width text. A column is as wide as its widest entry, measured in terminal columns, so
 * Korean and Latin rows line up. Notes form a column of their own inside the column they belong to.
 */
public final class TextTable {
    private static final String GAP = "   ";
    private static final String NOTE_GAP = "  ";
    private static final String BOLD = "\u001B[1m";
    private static final String FAINT = "\u001B[2m";
    private static final String GREEN = "\u001B[32m";
    private static final String RED = "\u001B[31m";
    private static final String RESET = "\u001B[0m";

    /** Whether escape sequences for weight and colour may be used. */
    public enum Ink {
        PLAIN,
        ANSI
    }

    private TextTable() {}

    /** The table as lines, each ended by a newline; control characters in cells become spaces. */
    public static String render(Table table, Ink ink) {
        return render(table, ink, Integer.MAX_VALUE);
    }

    /**
     * The same for a screen of {@code columns}. Where the table is wider, headings are broken into lines first; if that does not suffice,
     * each row becomes a block of lines, a cell on each.
     */
    public static String render(Table table, Ink ink, int columns) {
        Layout whole = Layout.of(table, false);
        if (whole.total() <= columns) {
            return whole.render(table, ink);
        }
        Layout narrow = Layout.of(table, true);
        return narrow.total() <= columns ? narrow.render(table, ink) : blocks(table, ink);
    }

    /**
     * Widths, in terminal columns.
     *
     * @param texts of each column's text, with what its heading needs
     * @param notes of each column's notes
     * @param headings of each column, line by line
     */
    private record Layout(List<Integer> texts, List<Integer> notes, List<List<String>> headings) {
        static Layout of(Table table, boolean brokenHeadings) {
            List<Integer> texts = new ArrayList<>();
            List<Integer> notes = new ArrayList<>();
            List<List<String>> headings = new ArrayList<>();
            for (int c = 0; c < table.columns().size(); c++) {
                int text = 0;
                int note = 0;
                for (List<Cell> row : table.rows()) {
                    text = Math.max(text, width(row.get(c).text()));
                    note = Math.max(note, width(row.get(c).note()));
                }
                String title = TextWidth.plain(table.columns().get(c).title());
                int word = Arrays.stream(title.split(" ", -1))
                        .mapToInt(TextWidth::of)
                        .max()
                        .orElse(0);
                int room = brokenHeadings ? Math.max(TextTable.whole(text, note), word) : TextWidth.of(title);
                List<String> lines = brokenHeadings ? TextWrap.lines(title, Math.max(1, room)) : List.of(title);
                int heading = lines.stream().mapToInt(TextWidth::of).max().orElse(0);
                texts.add(text
                        + Math.max(
                                0, heading - TextTable.whole(text, note))); // a heading widens the text, not the note
                notes.add(note);
                headings.add(lines);
            }
            return new Layout(texts, notes, headings);
        }

        int whole(int column) {
            return TextTable.whole(texts.get(column), notes.get(column));
        }

        int total() {
            int total = GAP.length() * (texts.size() - 1);
            for (int c = 0; c < texts.size(); c++) {
                total += whole(c);
            }
            return total;
        }

        String render(Table table, Ink ink) {
            int count = texts.size();
            StringBuilder out = new StringBuilder();
            StringBuilder line = new StringBuilder();
            int height = headings.stream().mapToInt(List::size).max().orElse(1);
            for (int h = 0; h < height; h++) {
                for (int c = 0; c < count; c++) {
                    List<String> lines = headings.get(c);
                    int own = h - (height - lines.size()); // headings stand on the rule
                    gap(line, c);
                    pad(
                            line,
                            own < 0 ? "" : lines.get(own),
                            whole(c),
                            table.columns().get(c).align(),
                            ink == Ink.ANSI ? BOLD : "");
                }
                end(out, line);
            }
            String rule = "─".repeat(total());
            end(out, line.append(ink == Ink.ANSI ? FAINT + rule + RESET : rule));
            for (List<Cell> row : table.rows()) {
                for (int c = 0; c < count; c++) {
                    Cell cell = row.get(c);
                    gap(line, c);
                    pad(
                            line,
                            cell.text(),
                            texts.get(c),
                            table.columns().get(c).align(),
                            ink == Ink.ANSI ? code(cell.tone()) : "");
                    if (notes.get(c) > 0) {
                        line.append(NOTE_GAP);
                        pad(line, cell.note(), notes.get(c), Align.RIGHT, ink == Ink.ANSI ? FAINT : "");
                    }
                }
                end(out, line);
            }
            return out.toString();
        }
    }

    /** Rows one below the other: the first cell, then each other one with its heading. */
    private static String blocks(Table table, Ink ink) {
        int heading = table.columns().stream()
                .skip(1)
                .mapToInt(column -> width(column.title()))
                .max()
                .orElse(0);
        StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (List<Cell> row : table.rows()) {
            String title = row.get(0).text();
            pad(line, title, width(title), Align.LEFT, ink == Ink.ANSI ? BOLD : "");
            end(out, line);
            for (int c = 1; c < row.size(); c++) {
                Cell cell = row.get(c);
                line.append(NOTE_GAP).append(NOTE_GAP);
                pad(line, table.columns().get(c).title(), heading, Align.LEFT, ink == Ink.ANSI ? FAINT : "");
                line.append(NOTE_GAP);
                pad(line, cell.text(), width(cell.text()), Align.LEFT, ink == Ink.ANSI ? code(cell.tone()) : "");
                if (!cell.note().isEmpty()) {
                    line.append(NOTE_GAP);
                    pad(line, cell.note(), width(cell.note()), Align.LEFT, ink == Ink.ANSI ? FAINT : "");
                }
                end(out, line);
            }
        }
        return out.toString();
    }

    private static int width(String text) {
        return TextWidth.of(TextWidth.plain(text));
    }

    private static int whole(int text, int note) {
        return note == 0 ? text : text + NOTE_GAP.length() + note;
    }

    private static void gap(StringBuilder line, int column) {
        line.append(column == 0 ? "" : GAP);
    }

    private static void pad(StringBuilder line, String text, int columns, Align align, String code) {
        String plain = TextWidth.plain(text);
        String space = " ".repeat(columns - TextWidth.of(plain));
        String inked = code.isEmpty() || plain.isEmpty() ? plain : code + plain + RESET;
        line.append(align == Align.LEFT ? inked + space : space + inked);
    }

    private static void end(StringBuilder out, StringBuilder line) {
        out.append(line.toString().stripTrailing()).append('\n');
        line.setLength(0);
    }

    private static String code(Tone tone) {
        return switch (tone) {
            case PLAIN -> "";
            case GOOD -> GREEN;
            case BAD -> RED;
            case FAINT -> FAINT;
        };
    }
}
