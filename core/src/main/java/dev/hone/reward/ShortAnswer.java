package dev.hone.reward;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An answer of a few words as reading comprehension compares it. Where the right answer has Hangul it is KorQuAD's way
 * (evaluate-v1.0.py): quotes and brackets become spaces, ASCII punctuation is left out, lower case, and F1 counts characters. All
 * others are SQuAD's way (Rajpurkar et al., 2016; evaluate-v1.1.py): lower case without ASCII punctuation and the articles a, an and
 * the, and F1 counts words.
 *
 * @param text as it is compared, single spaces between words
 * @param parts what F1 counts: characters or words
 */
public record ShortAnswer(String text, List<String> parts) {
    private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
    private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern KOREAN_BRACKETS = Pattern.compile("['\"《》<>〈〉()‘’]");
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern HANGUL = Pattern.compile("\\p{IsHangul}");

    /** Reads a text in the way in which {@code answer}, the right one, is compared. */
    public static ShortAnswer of(String text, String answer) {
        return HANGUL.matcher(answer).find() ? korean(text) : english(text);
    }

    private static ShortAnswer english(String text) {
        String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        String words = spaced(ARTICLES.matcher(plain).replaceAll(" "));
        return new ShortAnswer(words, words.isEmpty() ? List.of() : Arrays.asList(words.split(" ")));
    }

    private static ShortAnswer korean(String text) {
        String open = KOREAN_BRACKETS.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT);
        String words = spaced(PUNCTUATION.matcher(open).replaceAll(""));
        return new ShortAnswer(
                words,
                words.codePoints()
                        .filter(c -> c != ' ')
                        .mapToObj(Character::toString)
                        .toList());
    }

    private static String spaced(String text) {
        return SPACES.matcher(text).replaceAll(" ").strip();
    }

    /** F1 over parts, each counted as often as it stands in both; 1 where neither has any. */
    public double f1(ShortAnswer answer) {
        int both = parts.size() + answer.parts.size();
        if (both == 0) {
            return 1;
        }
        Map<String, Integer> left = new HashMap<>();
        answer.parts.forEach(part -> left.merge(part, 1, Integer::sum));
        long same = parts.stream()
                .filter(part -> left.merge(part, -1, Integer::sum) >= 0)
                .count();
        return 2.0 * same / both;
    }
}
