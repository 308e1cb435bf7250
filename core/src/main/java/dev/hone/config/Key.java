package dev.hone.config;

import java.util.Locale;

/** Spells names as a file does, and makes untrusted text safe to show in a message. */
final class Key {
    private static final int SHOWN = 60;

    private Key() {}

    /** {@code maxTokens}, {@code MaxTokens} and {@code MAX_TOKENS} are {@code max-tokens}. */
    static String kebab(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** The key of {@code name} within {@code parent}, where the top is the empty path. */
    static String join(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    /** What comes after the last dot. */
    static String leaf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The text cut to a readable length, on one line, without control characters. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        int[] points = text.codePoints().limit(SHOWN + 1L).toArray();
        for (int i = 0; i < Math.min(points.length, SHOWN); i++) {
            int type = Character.getType(points[i]);
            boolean steers = Character.isISOControl(points[i])
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            if (steers) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", points[i]));
            } else {
                shown.appendCodePoint(points[i]);
            }
        }
        return points.length > SHOWN ? shown.append('…').toString() : shown.toString();
    }
}
