package dev.hone.retrieve;

import java.text.Normalizer;
import java.util.Locale;

/** What counts as the same words: texts compared without regard to white space, and where it is said to case. */
public final class Wording {
    private Wording() {}

    /** White space of any kind and length as one space, none at the ends. */
    public static String spaced(String text) {
        return text.replaceAll("[\\s\\u00A0]+", " ").strip();
    }

    /** The same in small letters and composed, for comparing. */
    public static String folded(String text) {
        return spaced(Normalizer.normalize(text, Normalizer.Form.NFC)).toLowerCase(Locale.ROOT);
    }

    /** Whether a quotation stands in a text, white space aside. An empty one stands in none. */
    public static boolean quotes(String quotation, String text) {
        String words = spaced(quotation);
        return !words.isEmpty() && spaced(text).contains(words);
    }

    /**
     * Whether a folded text mentions a folded phrase as words of its own: {@code 30} is not in {@code 308}. Next to Hangul there is no
     * border, because particles follow words without a space.
     */
    public static boolean mentions(String text, String phrase) {
        for (int at = text.indexOf(phrase); at >= 0 && !phrase.isEmpty(); at = text.indexOf(phrase, at + 1)) {
            int end = at + phrase.length();
            boolean begins = at == 0 || !joins(text.charAt(at - 1), phrase.charAt(0));
            boolean ends = end == text.length() || !joins(phrase.charAt(phrase.length() - 1), text.charAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    private static boolean joins(char left, char right) {
        return Character.isLetterOrDigit(left)
                && Character.isLetterOrDigit(right)
                && !Language.isHangul(left)
                && !Language.isHangul(right);
    }
}
