package dev.hone.text.bpe;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How often each word occurs in the texts seen so far. Words are the pieces of the pre-tokenizer: no merge crosses them.
 *
 * <p>Special tokens are cut out first, so no word includes or crosses them; the text between is normalised to
 * NFC and split. Memory is bounded: a word longer than {@value #LONGEST_WORD} characters is counted in parts, and when more
 * than {@value #MOST_WORDS} different words have been seen, the rarest are forgotten.
 */
final class WordCounts {
    /**
     * Splits text into words: contractions, letters with one leading sign or space, single digits, other signs, line
     * breaks, white space. The Qwen 2 family splits in the same way.
     */
    static final String SPLIT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final int LONGEST_WORD = 256;
    private static final int MOST_WORDS = 4_000_000;
    private static final Pattern WORD = Pattern.compile(SPLIT, Pattern.UNICODE_CHARACTER_CLASS);

    /** A count that can be raised in place. */
    static final class WordCount {
        long value;
    }

    private final @Nullable Pattern specials;
    private final Map<String, WordCount> counts = new HashMap<>();
    private long forgetUpTo;

    WordCounts(List<String> specialTokens) {
        specials = specialTokens.isEmpty()
                ? null
                : Pattern.compile(specialTokens.stream()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|")));
    }

    void add(String text) {
        if (specials == null) {
            addPlain(text);
            return;
        }
        Matcher special = specials.matcher(text);
        int from = 0;
        while (special.find()) {
            addPlain(text.substring(from, special.start()));
            from = special.end();
        }
        addPlain(text.substring(from));
    }

    Map<String, WordCount> counts() {
        return counts;
    }

    private void addPlain(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
        Matcher words = WORD.matcher(normal);
        while (words.find()) {
            int from = words.start();
            while (words.end() - from > LONGEST_WORD) {
                int cut = from + LONGEST_WORD;
                cut -= Character.isSurrogatePair(normal.charAt(cut - 1), normal.charAt(cut)) ? 1 : 0;
                count(normal.substring(from, cut));
                from = cut;
            }
            count(normal.substring(from, words.end()));
        }
    }

    private void count(String word) {
        counts.computeIfAbsent(word, unseen -> new WordCount()).value++;
        while (counts.size() > MOST_WORDS) {
            forgetUpTo++;
            counts.values().removeIf(count -> count.value <= forgetUpTo);
        }
    }
}
