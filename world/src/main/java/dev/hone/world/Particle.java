package dev.hone.world;

import java.util.Map;

/**
 * Korean endings whose form depends on the sound before them: 여우는, 곰은; 여우로, 곰으로, 말로.
 *
 * <p>A syllable of Hangul is {@code AC00 + (initial · 21 + vowel) · 28 + final}, so its final consonant is the remainder
 * by 28: 0 is none, 8 is ㄹ, after which 으로 stays 로. A number ends in the sound its last digits are read with.
 */
final class Particle {
    private static final int RIEUL = 8;
    /** Final consonants of 영 일 이 삼 사 오 육 칠 팔 구; any number but 0 and 8 stands for "some consonant". */
    private static final int[] DIGITS = {21, RIEUL, 0, 16, 0, 0, 1, RIEUL, RIEUL, 0};

    /** From the form after a consonant to the form after a vowel. */
    private static final Map<String, String> AFTER_VOWEL = Map.ofEntries(
            Map.entry("은", "는"),
            Map.entry("이", "가"),
            Map.entry("을", "를"),
            Map.entry("과", "와"),
            Map.entry("으로", "로"),
            Map.entry("이다", "다"),
            Map.entry("이고", "고"),
            Map.entry("이며", "며"),
            Map.entry("이나", "나"),
            Map.entry("이라", "라"),
            Map.entry("이라고", "라고"),
            Map.entry("이라는", "라는"),
            Map.entry("이었다", "였다"),
            Map.entry("이었고", "였고"),
            Map.entry("이에요", "예요"));

    private Particle() {}

    /** True for the endings that change; they are named by their form after a consonant. */
    static boolean known(String particle) {
        return AFTER_VOWEL.containsKey(particle);
    }

    /** {@code word} followed by the right form of {@code particle}, named by its form after a consonant. */
    static String attach(String word, String particle) {
        String afterVowel = AFTER_VOWEL.get(particle);
        if (afterVowel == null) {
            throw new IllegalArgumentException("particle (%s) is none of %s".formatted(particle, AFTER_VOWEL.keySet()));
        }
        int last = finalConsonant(word);
        boolean vowel = last == 0 || (last == RIEUL && particle.equals("으로"));
        return word + (vowel ? afterVowel : particle);
    }

    private static int finalConsonant(String word) {
        char last = word.charAt(word.length() - 1);
        if (last >= '가' && last <= '힣') {
            return (last - '가') % 28;
        }
        if (last != '0') {
            return last >= '1' && last <= '9' ? DIGITS[last - '0'] : 0;
        }
        // 십, 백, 천, 만 all end in a consonant, and so does 영: none of them in ㄹ.
        return DIGITS[0];
    }
}
