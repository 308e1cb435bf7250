package dev.hone.report;

import java.util.Arrays;

/**
 * How many terminal columns text takes: two for East Asian wide characters and most emoji, none for marks that join the
 * character before them, one for the rest.
 *
 * <p>Wide means East Asian Width W or F in Unicode 14; blocks that hold only wide characters are taken whole, so later
 * additions to them count too. Terminals differ on joined emoji; each part is counted here.
 */
public final class TextWidth {
    private static final String WIDE = """
            1100-115F 231A-231B 2329-232A 23E9-23EC 23F0-23F0 23F3-23F3 25FD-25FE 2614-2615 2648-2653 267F-267F
            2693-2693 26A1-26A1 26AA-26AB 26BD-26BE 26C4-26C5 26CE-26CE 26D4-26D4 26EA-26EA 26F2-26F3 26F5-26F5
            26FA-26FA 26FD-26FD 2705-2705 270A-270B 2728-2728 274C-274C 274E-274E 2753-2755 2757-2757 2795-2797
            27B0-27B0 27BF-27BF 2B1B-2B1C 2B50-2B50 2B55-2B55 2E80-303E 3041-3247 3250-4DBF 4E00-A4C6 A960-A97C
            AC00-D7A3 F900-FAFF FE10-FE19 FE30-FE6F FF01-FF60 FFE0-FFE6 16FE0-1B2FB 1F004-1F004 1F0CF-1F0CF
            1F18E-1F18E 1F191-1F19A 1F200-1F320 1F32D-1F335 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3
            1F3E0-1F3F0 1F3F4-1F3F4 1F3F8-1F43E 1F440-1F440 1F442-1F4FC 1F4FF-1F53D 1F54B-1F54E 1F550-1F567
            1F57A-1F57A 1F595-1F596 1F5A4-1F5A4 1F5FB-1F64F 1F680-1F6C5 1F6CC-1F6CC 1F6D0-1F6D2 1F6D5-1F6DF
            1F6EB-1F6EC 1F6F4-1F6FC 1F7E0-1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF 1FA70-1FAFF 20000-3FFFD
            """;

    /** First and last code point of each wide range, in order. */
    private static final int[] BOUNDS = Arrays.stream(WIDE.strip().split("[-\\s]+", -1))
            .mapToInt(hex -> Integer.parseInt(hex, 16))
            .toArray();

    private TextWidth() {}

    /** Columns taken by {@code text}, which should hold no control characters: see {@link #plain}. */
    public static int of(CharSequence text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    /** Columns taken by one code point: 0, 1 or 2. */
    public static int of(int codePoint) {
        if (codePoint < 0x300) {
            return codePoint == 0xAD ? 0 : 1;
        }
        if (joinsTheOneBefore(codePoint)) {
            return 0;
        }
        int at = Arrays.binarySearch(BOUNDS, codePoint);
        boolean wide = at >= 0 || (-at - 1) % 2 == 1; // an odd insertion point lies between a first and its last
        return wide ? 2 : 1;
    }

    /** The longest start of {@code text} that fits into {@code columns}, with an ellipsis where something was cut. */
    public static String clip(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        if (columns < 1) {
            return "";
        }
        int used = 1; // the ellipsis
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            used += of(codePoint);
            if (used > columns) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return text.substring(0, end) + "…";
    }

    /** Text on one line that is safe to print on a terminal: line breaks, tabs and control characters become spaces. */
    public static String plain(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || isLineSeparator(c) || isDirectionOverride(c) ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }

    private static boolean joinsTheOneBefore(int codePoint) {
        int type = Character.getType(codePoint);
        boolean hangulVowelOrFinal = codePoint >= 0x1160 && codePoint <= 0x11FF;
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || hangulVowelOrFinal;
    }

    private static boolean isLineSeparator(int codePoint) {
        return codePoint == 0x2028 || codePoint == 0x2029;
    }

    private static boolean isDirectionOverride(int codePoint) {
        return (codePoint >= 0x202A && codePoint <= 0x202E) || (codePoint >= 0x2066 && codePoint <= 0x2069);
    }
}
