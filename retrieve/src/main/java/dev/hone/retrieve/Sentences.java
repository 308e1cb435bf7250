package dev.hone.retrieve;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sentences of a text. Headings, list items and paragraphs end one whatever their last character; a line break inside a paragraph
 * does not. After an abbreviation, an initial or the parts of a date ({@code 1989. 2. 15.}) none ends.
 */
public final class Sentences {
    private static final Pattern BLOCK_END = Pattern.compile(
            "\\n\\s*\\n|\\n(?=\\s*(?:[#*•-] |#{2,6} |\\d{1,3}[.)] ))" + "|\\n(?<=(?:^|\\n)#{1,6} [^\\n]{0,500}\\n)");
    private static final Pattern GOES_ON = Pattern.compile(
            "(?s).*(?:\\b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Lt|Sen|Rep|Rev|vs|etc|No|Jr|Sr|Inc|Ltd|Co|cf|ca|al|Jan|Feb|Mar"
                    + "|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|e\\.g|i\\.e|U\\.S)|\\b\\p{Lu})\\.\\s*");
    private static final Pattern NUMBERED = Pattern.compile("(?s).*\\d\\.\\s*");
    private static final Pattern DATE = Pattern.compile("(?s).*\\d\\. ?\\d{1,2}\\. ?\\d{1,2}\\.\\s*");

    /** Java's own rules see no end before a number. */
    private static final Pattern BEFORE_NUMBER = Pattern.compile("(?<=(?:\\p{IsHangul}|\\p{L}{4})[.!?])[ \\n]+(?=\\d)");

    private Sentences() {}

    /** Where a sentence stands in its text, without the white space around it. */
    public record Span(int start, int end) {
        public String of(String text) {
            return text.substring(start, end);
        }

        public boolean contains(int from, int to) {
            return start <= from && to <= end;
        }
    }

    /** All sentences, in order. */
    public static List<Span> of(String text) {
        List<Span> sentences = new ArrayList<>();
        Matcher ends = BLOCK_END.matcher(text);
        int from = 0;
        while (ends.find()) {
            block(text, from, ends.start(), sentences);
            from = ends.end();
        }
        block(text, from, text.length(), sentences);
        return sentences;
    }

    /** Whether a line is a heading. */
    static boolean isHeading(String line) {
        return line.matches("#{1,6} [^\\n]*");
    }

    private static void block(String text, int from, int to, List<Span> sentences) {
        String line = text.substring(from, to).replace('\n', ' '); // as long as before, so that places stay
        if (isHeading(line.strip())) {
            add(text, from, to, sentences);
            return;
        }
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        breaks.setText(line);
        int start = 0;
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            if (end < line.length() && goesOn(line.substring(start, end), line.charAt(end))) {
                continue;
            }
            divided(text, from + start, from + end, sentences);
            start = end;
        }
        divided(text, from + start, to, sentences);
    }

    private static void divided(String text, int from, int to, List<Span> sentences) {
        Matcher ends = BEFORE_NUMBER.matcher(text).region(from, to);
        int start = from;
        while (ends.find()) {
            if (!GOES_ON.matcher(text.substring(start, ends.start())).matches()) {
                add(text, start, ends.start(), sentences);
                start = ends.end();
            }
        }
        add(text, start, to, sentences);
    }

    private static boolean goesOn(String before, char next) {
        return GOES_ON.matcher(before).matches()
                || DATE.matcher(before).matches()
                || NUMBERED.matcher(before).matches() && Character.isDigit(next)
                || Character.isLowerCase(next);
    }

    private static void add(String text, int from, int to, List<Span> sentences) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (start < end) {
            sentences.add(new Span(start, end));
        }
    }
}
