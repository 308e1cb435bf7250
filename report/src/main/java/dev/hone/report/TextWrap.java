package dev.hone.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Text wrapped to a number of terminal columns. Lines break at spaces, and inside a word only where the word alone is too
 * long; wide characters count twice and are never split. Line breaks of the text are kept, tabs become four spaces, and control
 * characters are removed.
 */
public final class TextWrap {
    private static final String TAB = "    ";

    private TextWrap() {}

    /** The lines of {@code text}; one empty line for an empty text. */
    public static List<String> lines(String text, int columns) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\\R", -1)) {
            wrap(TextWidth.plain(line.replace("\t", TAB)).stripTrailing(), Math.max(1, columns), lines);
        }
        return lines;
    }

    /** {@code text}, which should fit, followed by as many spaces as fill the columns. */
    public static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - TextWidth.of(text)));
    }

    private static void wrap(String line, int columns, List<String> lines) {
        String rest = line;
        for (int end = fitting(rest, columns); end < rest.length(); end = fitting(rest, columns)) {
            int space = rest.lastIndexOf(' ', end);
            int cut = space > 0 && !rest.substring(0, space).isBlank() ? space : end;
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = rest.substring(cut).stripLeading();
        }
        lines.add(rest);
    }

    /** Where the longest start that fits ends; after one character at least, so that wrapping terminates. */
    private static int fitting(String text, int columns) {
        int used = 0;
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            used += TextWidth.of(codePoint);
            if (used > columns && end > 0) {
                return end;
            }
            end += Character.charCount(codePoint);
        }
        return end;
    }
}
