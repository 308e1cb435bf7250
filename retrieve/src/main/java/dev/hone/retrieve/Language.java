package dev.hone.retrieve;

/** The language of a text, as far as retrieval and wording need it. */
public enum Language {
    ENGLISH,
    KOREAN;

    /** Korean where at least a fifth of the letters are Hangul: Korean texts hold many names in Latin letters. */
    public static Language of(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long hangul = text.codePoints().filter(Language::isHangul).count();
        return 5 * hangul >= letters && hangul > 0 ? KOREAN : ENGLISH;
    }

    static boolean isHangul(int letter) {
        return Character.UnicodeScript.of(letter) == Character.UnicodeScript.HANGUL;
    }
}
