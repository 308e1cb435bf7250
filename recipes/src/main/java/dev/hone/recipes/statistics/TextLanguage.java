package dev.hone.recipes.statistics;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The language of a text, guessed from its letters, and of those in Latin letters from the words that only join others. Good for shares of
 * many rows, not for a single short one.
 */
final class TextLanguage {
    private static final int LETTERS = 2000;
    /** Share of the letters above which a script decides: texts in it hold names and terms in Latin letters. */
    private static final double ENOUGH = 0.2;

    private static final Map<UnicodeScript, String> SCRIPTS = Map.ofEntries(
            Map.entry(UnicodeScript.HANGUL, "Korean"),
            Map.entry(UnicodeScript.HAN, "Chinese"),
            Map.entry(UnicodeScript.CYRILLIC, "Cyrillic"),
            Map.entry(UnicodeScript.ARABIC, "Arabic"),
            Map.entry(UnicodeScript.DEVANAGARI, "Devanagari"),
            Map.entry(UnicodeScript.THAI, "Thai"),
            Map.entry(UnicodeScript.GREEK, "Greek"),
            Map.entry(UnicodeScript.HEBREW, "Hebrew"));

    private static final Map<String, Set<String>> JOINING = Map.of(
            "English", Set.of("the", "of", "and", "to", "is", "in", "that", "it", "for", "with", "what", "you", "are"),
            "German", Set.of("der", "die", "und", "das", "ist", "nicht", "ein", "eine", "mit", "auf", "für", "zu"),
            "French", Set.of("le", "les", "des", "et", "est", "une", "dans", "pour", "qui", "que", "du", "pas"),
            "Spanish", Set.of("el", "los", "las", "y", "es", "una", "por", "con", "para", "que", "del", "se"),
            "Italian", Set.of("il", "che", "di", "e", "è", "una", "per", "con", "non", "gli", "della", "sono"),
            "Portuguese", Set.of("o", "os", "e", "é", "uma", "não", "com", "para", "que", "do", "da", "em"),
            "Dutch", Set.of("het", "een", "van", "en", "niet", "dat", "met", "voor", "zijn", "op", "de", "ik"));

    private TextLanguage() {}

    static String of(String text) {
        String head = text.substring(0, Math.min(LETTERS, text.length()));
        Map<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);
        int[] letters = new int[1];
        head.codePoints().filter(Character::isLetter).forEach(letter -> {
            scripts.merge(UnicodeScript.of(letter), 1, Integer::sum);
            letters[0]++;
        });
        if (letters[0] == 0) {
            return "no letters";
        }
        int kana = scripts.getOrDefault(UnicodeScript.HIRAGANA, 0) + scripts.getOrDefault(UnicodeScript.KATAKANA, 0);
        if (kana > ENOUGH / 2 * letters[0]) {
            return "Japanese";
        }
        for (UnicodeScript script : UnicodeScript.values()) {
            if (SCRIPTS.containsKey(script) && scripts.getOrDefault(script, 0) >= ENOUGH * letters[0]) {
                return SCRIPTS.get(script);
            }
        }
        return latin(head);
    }

    private static String latin(String text) {
        Map<String, Integer> found = new HashMap<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
            JOINING.forEach((language, words) -> {
                if (words.contains(word)) {
                    found.merge(language, 1, Integer::sum);
                }
            });
        }
        return found.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue()
                        .thenComparing(entry -> entry.getKey().equals("English"))
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("Latin letters");
    }
}
