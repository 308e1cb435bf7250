package dev.hone.reward.manner;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The sentences that a reply itself says: without code, without what stands in quotation marks, which somebody else says, and
 * without the marks of lists, headings and emphasis. Immutable.
 *
 * @param units its sentences and what stands on lines of its own, in their order
 * @param hasCode whether code was left out
 * @param items the number of lines that were items of a numbered list
 */
record Prose(List<Unit> units, boolean hasCode, int items) {
    /** Of a longer reply the beginning is read, so that a judgement takes milliseconds. */
    static final int MOST_CHARACTERS = 50_000;

    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)(?:```|~~~).*?(?:```|~~~|\\z)");
    private static final Pattern CODE_LINES = Pattern.compile(
            "(?m)^(?:def |class |import |#include|public |function |[ \\t]{4,}return\\b|\\t+\\S|<\\?|</?[a-z]+>).*$");
    private static final Pattern CODE_WORD = Pattern.compile("`[^`\\n]*`");
    private static final Pattern QUOTED =
            Pattern.compile("\"[^\"\\n]{0,2000}\"|“[^”]{0,2000}”|「[^」]{0,2000}」|『[^』]{0,2000}』"
                    + "|(?<![\\p{L}\\p{N}])'[^'\\n]{1,500}(?:(?<=\\p{L})'(?=\\p{L})[^'\\n]{1,500}){0,8}'(?=$|[\\s\\p{P}]|\\p{IsHangul})"
                    + "|(?m)^>.*$");
    private static final Pattern NUMBERED = Pattern.compile("^\\s*\\(?\\d{1,3}[.)]\\s+");
    private static final Pattern ITEM = Pattern.compile("^\\s*(?:[-*•·‣◦]|#{1,6}|\\(?\\d{1,3}[.)])\\s");
    private static final Pattern MARKS =
            Pattern.compile("^\\s*(?:[-*•·‣◦]\\s+|#{1,6}\\s+|\\(?\\d{1,3}[.)]\\s+){0,4}|\\*\\*|__");
    private static final Pattern END =
            Pattern.compile("(?<=[.!?。！？…])[\"'”’)\\]]*(?=\\s|$)|(?<=[!?。！？])(?=\\p{IsHangul})");
    /** Stands where a quotation stood, so that a sentence about it keeps its shape. */
    private static final String QUOTATION = "“”";

    /**
     * A sentence, trimmed, with its final punctuation, or what a line has in place of one.
     *
     * @param isItem whether its line is an item of a list or a heading
     */
    record Unit(String text, boolean isItem) {}

    Prose {
        units = List.copyOf(units);
    }

    List<String> sentences() {
        return units.stream().map(Unit::text).toList();
    }

    static Prose of(String reply) {
        String text = Normalizer.normalize(
                        reply.length() > MOST_CHARACTERS ? reply.substring(0, MOST_CHARACTERS) : reply,
                        Normalizer.Form.NFC)
                .strip();
        String straight = straightened(unwrapped(text));
        String plain = CODE_BLOCK.matcher(straight).replaceAll("\n");
        plain = CODE_LINES.matcher(plain).replaceAll("");
        boolean hasCode = !plain.equals(straight);
        plain = CODE_WORD.matcher(plain).replaceAll(QUOTATION);
        plain = QUOTED.matcher(plain).replaceAll(QUOTATION);
        List<Unit> units = new ArrayList<>();
        int items = 0;
        for (String line : plain.split("\\R")) {
            if (NUMBERED.matcher(line).find()) {
                items++;
            }
            boolean isItem = ITEM.matcher(line).find();
            String said = MARKS.matcher(line).replaceAll("");
            Arrays.stream(END.split(said))
                    .map(String::strip)
                    .filter(sentence -> sentence.codePoints().anyMatch(Character::isLetterOrDigit))
                    .forEach(sentence -> units.add(new Unit(sentence, isItem)));
        }
        return new Prose(units, hasCode, items);
    }

    /** A reply that is a quotation as a whole is what it says itself. */
    private static String unwrapped(String text) {
        boolean wrapped = text.length() > 2
                && (text.startsWith("\"") && text.endsWith("\"") || text.startsWith("“") && text.endsWith("”"));
        String inside = wrapped ? text.substring(1, text.length() - 1) : text;
        return wrapped && inside.chars().noneMatch(c -> c == '"' || c == '“') ? inside : text;
    }

    /** Curly single quotes as straight ones: most are apostrophes. */
    private static String straightened(String text) {
        return text.replace('’', '\'').replace('‘', '\'');
    }
}
