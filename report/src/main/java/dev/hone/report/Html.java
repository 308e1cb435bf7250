package dev.hone.report;

import java.util.Locale;

/** Text escaped for a page: as content, as an attribute's value, and inside an SVG. */
final class Html {
    private Html() {}

    /**
     * Escapes the five characters with a meaning. Control characters, which a page must not hold, become U+FFFD; line
     * breaks and tabs are kept.
     */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '\n', '\t' -> safe.append((char) c);
                default -> safe.appendCodePoint(isText(c) ? c : 0xFFFD);
            }
        });
        return safe.toString();
    }

    /** A coordinate: at most one decimal, a point whatever the locale. */
    static String at(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static boolean isText(int codePoint) {
        boolean loneSurrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        boolean noncharacter = (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
        return !Character.isISOControl(codePoint) && !loneSurrogate && !noncharacter;
    }
}
