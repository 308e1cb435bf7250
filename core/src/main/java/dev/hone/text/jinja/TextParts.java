package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** The methods of a string that take it apart. */
final class TextParts {
    private TextParts() {}

    static List<Object> split(Run run, String text, boolean fromRight, Arguments.Bound given) {
        run.budget().list(text.length() / 2);
        String separator = given.optional(0);
        int most = given.integer(1, -1);
        List<Object> parts = new ArrayList<>();
        if (separator == null) {
            return words(text, fromRight, most);
        }
        if (separator.isEmpty()) {
            throw new Fault("the separator of %s is empty".formatted(given.function()));
        }
        run.budget().search(text.length(), separator.length());
        if (fromRight) {
            int end = text.length();
            int at = end == 0 ? -1 : text.lastIndexOf(separator, end - separator.length());
            while (at >= 0 && most != 0) {
                parts.add(0, text.substring(at + separator.length(), end));
                end = at;
                most--;
                at = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
            }
            parts.add(0, text.substring(0, end));
            return parts;
        }
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0 && most != 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
            most--;
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<Object> words(String text, boolean fromRight, int most) {
        if (fromRight && most >= 0) {
            String reversed = new StringBuilder(text).reverse().toString();
            List<Object> words = new ArrayList<>();
            for (Object word : words(reversed, false, most)) {
                words.add(0, new StringBuilder((String) word).reverse().toString());
            }
            return words;
        }
        List<Object> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && Text.isSpace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return words;
            }
            if (words.size() == most) {
                words.add(Text.stripEnd(text.substring(at)));
                return words;
            }
            int start = at;
            while (at < text.length() && !Text.isSpace(text.charAt(at))) {
                at++;
            }
            words.add(text.substring(start, at));
        }
    }

    static List<Object> lines(Run run, String text, boolean keepEnds) {
        run.budget().list(text.length());
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
                int end = i;
                if (text.charAt(i) == '\r' && text.startsWith("\n", i + 1)) {
                    i++;
                }
                lines.add(text.substring(start, keepEnds ? i + 1 : end));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    static Object partition(Run run, String text, boolean last, String separator) {
        if (separator.isEmpty()) {
            throw new Fault("the separator of partition is empty");
        }
        run.budget().search(text.length(), separator.length());
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }
}
