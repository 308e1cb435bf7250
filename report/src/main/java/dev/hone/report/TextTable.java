package dev.hone.report;

import dev.hone.report.Table.Align;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.Table.Tone;
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
        int count = table.columns().size();
        int[] texts = new int[count];
        int[] notes = new int[count];
        for (List<Cell> row : table.rows()) {
            for (int c = 0; c < count; c++) {
                texts[c] = Math.max(texts[c], width(row.get(c).text()));
                notes[c] = Math.max(notes[c], width(row.get(c).note()));
            }
        }
        int total = GAP.length() * (count - 1);
        for (int c = 0; c < count; c++) {
            int spare = width(table.columns().get(c).title()) - whole(texts[c], notes[c]);
            texts[c] += Math.max(0, spare); // a long heading widens the text, not the note
            total += whole(texts[c], notes[c]);
        }
        StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < count; c++) {
            Column column = table.columns().get(c);
            gap(line, c);
            pad(line, column.title(), whole(texts[c], notes[c]), column.align(), ink == Ink.ANSI ? BOLD : "");
        }
        end(out, line);
        end(out, line.append(ink == Ink.ANSI ? FAINT + "─".repeat(total) + RESET : "─".repeat(total)));
        for (List<Cell> row : table.rows()) {
            for (int c = 0; c < count; c++) {
                Cell cell = row.get(c);
                gap(line, c);
                pad(
                        line,
                        cell.text(),
                        texts[c],
                        table.columns().get(c).align(),
                        ink == Ink.ANSI ? code(cell.tone()) : "");
                if (notes[c] > 0) {
                    line.append(NOTE_GAP);
                    pad(line, cell.note(), notes[c], Align.RIGHT, ink == Ink.ANSI ? FAINT : "");
                }
            }
            end(out, line);
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
