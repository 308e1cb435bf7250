package dev.hone.recipes.statistics;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text as numbers of 64 bits, by which runs of them are compared: letters and digits that stand together, composed and in
 * small letters; of Chinese and Japanese, which are written without spaces, each character.
 */
final class Words {
    private Words() {}

    static long[] of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        long[] words = new long[64];
        int count = 0;
        long word = 0;
        for (int i = 0; i <= folded.length(); ) {
            int letter = i < folded.length() ? folded.codePointAt(i) : ' ';
            boolean alone = Character.isIdeographic(letter) || isKana(letter);
            if (word != 0 && (alone || !Character.isLetterOrDigit(letter))) {
                words = put(words, count++, word);
                word = 0;
            }
            if (alone) {
                words = put(words, count++, mixed(letter));
            } else if (Character.isLetterOrDigit(letter)) {
                word = mixed(word * 31 + letter);
            }
            i += Math.max(1, Character.charCount(letter));
        }
        return Arrays.copyOf(words, count);
    }

    private static boolean isKana(int letter) {
        UnicodeScript script = UnicodeScript.of(letter);
        return script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA;
    }

    private static long[] put(long[] words, int at, long word) {
        long[] room = at < words.length ? words : Arrays.copyOf(words, at * 2);
        room[at] = word;
        return room;
    }

    /** Every run of so many words as a number; of a text with fewer, all of it as one. */
    static long[] runs(long[] words, int length) {
        int count = Math.max(words.length == 0 ? 0 : 1, words.length - length + 1);
        long[] runs = new long[count];
        for (int i = 0; i < count; i++) {
            long run = 0;
            for (int w = i; w < Math.min(words.length, i + length); w++) {
                run = mixed(run * 0x9E3779B97F4A7C15L + words[w]);
            }
            runs[i] = run;
        }
        return runs;
    }

    /** The finaliser of SplitMix64 (Steele et al., 2014): every bit depends on every other. */
    static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
