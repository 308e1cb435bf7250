package dev.hone.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How rows stand in a text.
 *
 * @param separator between the fields of a table; otherwise nothing
 */
record TextLayout(Kind kind, char separator) {
    /** Forms of a text. */
    enum Kind {
        LINES,
        LIST,
        TABLE
    }

    static final TextLayout LINES = new TextLayout(Kind.LINES, '\0');
    private static final TextLayout LIST = new TextLayout(Kind.LIST, '\0');
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A line of names between separators, as tables in text begin. */
    private static final Pattern HEADER =
            Pattern.compile("\"?[\\p{L}_][\\p{L}\\p{N}_ .-]*\"?([,;\\t|]\"?[\\p{L}_][\\p{L}\\p{N}_ .-]*\"?)+\\r?");

    /**
     * That of a text, by its name and its first bytes.
     *
     * @param name what it is called, or would be if it were not compressed
     */
    static TextLayout of(String name, byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        String first = (text.startsWith("\uFEFF") ? text.substring(1) : text)
                .stripLeading()
                .lines()
                .findFirst()
                .orElse("");
        String lower = name.toLowerCase(Locale.ROOT);
        if (first.startsWith("[")) {
            return LIST;
        }
        boolean table = lower.endsWith(".tsv") || lower.endsWith(".csv") || lower.endsWith(".tab");
        if (first.startsWith("{") && !(table && !isObject(first))) {
            return LINES;
        }
        return lower.endsWith(".tsv") || lower.endsWith(".tab")
                ? new TextLayout(Kind.TABLE, '\t')
                : table || HEADER.matcher(first).matches() ? new TextLayout(Kind.TABLE, separator(first)) : LINES;
    }

    private static boolean isObject(String line) {
        try {
            return JSON.readTree(line).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** What stands most often between the names, outside quotes. */
    private static char separator(String header) {
        String plain = header.replaceAll("\"[^\"]*\"", "");
        char best = ',';
        long most = 0;
        for (char candidate : new char[] {',', ';', '\t', '|'}) {
            long found = plain.chars().filter(c -> c == candidate).count();
            if (found > most) {
                best = candidate;
                most = found;
            }
        }
        return best;
    }

    /** {@code CSV (between semicolons)}. */
    String label() {
        return switch (kind) {
            case LINES -> "JSON Lines";
            case LIST -> "a JSON list";
            case TABLE ->
                switch (separator) {
                    case ',' -> "CSV";
                    case '\t' -> "TSV";
                    case ';' -> "CSV with semicolons";
                    default -> "CSV with " + separator;
                };
        };
    }
}
