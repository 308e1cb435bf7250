package dev.hone.text.jinja;

/** Strings as Python sees them: sequences of code points with Python's idea of whitespace and of escapes. */
final class Text {
    private Text() {}

    static boolean isSpace(int c) {
        return (c >= 9 && c <= 13)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || (c > 0xff && (Character.isSpaceChar(c)));
    }

    /** Whether the text has something in it and all of it is whitespace. */
    static boolean isSpace(String text) {
        return !text.isEmpty() && text.chars().allMatch(Text::isSpace);
    }

    static String stripStart(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    static String strip(String text) {
        return stripStart(stripEnd(text));
    }

    static boolean isPlain(String text) {
        return text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Index of a character from the index of its code point. */
    static int offset(String text, int codePoint) {
        return isPlain(text) ? codePoint : text.offsetByCodePoints(0, codePoint);
    }

    /** Order by code points; the order of UTF-16 units differs above U+FFFF. */
    static int compare(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean apart = Character.isSurrogate(x) == Character.isSurrogate(y);
                return apart ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** The first letter of every word in upper case and the rest in lower case; words are separated by anything without case. */
    static String title(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return title.toString();
    }

    /** The first letter in upper case and all others in lower case. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return Character.toString(Character.toTitleCase(text.codePointAt(0))) + lower(text.substring(first));
    }

    static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    static String upper(String text) {
        return text.toUpperCase(java.util.Locale.ROOT);
    }

    /** Replaces the characters that mean something in HTML. */
    static String escapeHtml(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /** The value of a string literal, given what stands between its quotes; an unknown escape stands for itself. */
    static String unescape(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder value = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                value.append(c);
                continue;
            }
            char escape = literal.charAt(++i);
            switch (escape) {
                case '\n' -> {}
                case '\\', '\'', '"' -> value.append(escape);
                case 'a' -> value.append('\u0007');
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'n' -> value.append('\n');
                case 'r' -> value.append('\r');
                case 't' -> value.append('\t');
                case 'v' -> value.append('\u000b');
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int digits = run(literal, i, 3, 8);
                    value.appendCodePoint(Integer.parseInt(literal.substring(i, i + digits), 8));
                    i += digits - 1;
                }
                case 'x', 'u', 'U' -> {
                    int wanted = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
                    int digits = run(literal, i + 1, wanted, 16);
                    long code = digits == wanted ? Long.parseLong(literal.substring(i + 1, i + 1 + wanted), 16) : -1;
                    if (code < 0 || code > Character.MAX_CODE_POINT) {
                        throw new Fault("\\%s must be followed by %d hexadecimal digits of a character"
                                .formatted(escape, wanted));
                    }
                    value.appendCodePoint((int) code);
                    i += wanted;
                }
                default -> value.append('\\').append(escape);
            }
        }
        return value.toString();
    }

    private static int run(String text, int from, int most, int radix) {
        int count = 0;
        while (count < most && from + count < text.length() && Character.digit(text.charAt(from + count), radix) >= 0) {
            count++;
        }
        return count;
    }
}
