package dev.hone.reward.manner;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mathematics in a text, which is in no language: TeX between its marks, and lines such as {@code x = 3 + sin y}. */
final class Formulas {
    /** A dollar opens where no space follows it, and closes where none stands before it and no digit behind it, as in pandoc. */
    private static final Pattern TEX =
            Pattern.compile("\\$\\$[^$]{1,1000}\\$\\$|\\$(?!\\s)[^$\\n]{1,500}(?<!\\s)\\$(?!\\d)"
                    + "|\\\\\\([^\\n]{0,1000}?\\\\\\)|\\\\\\[[^$]{0,1000}?\\\\\\]|\\\\boxed\\{[^{}]{0,500}\\}");

    private static final Pattern TAGS = Pattern.compile("</?(?:think|answer)>");
    private static final Pattern SIGN = Pattern.compile("[0-9=+*/^<>×÷±√≤≥≠≈∑∫]");
    private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
    private static final Set<String> NAMES = Set.of(
            "sin", "cos", "tan", "log", "ln", "exp", "max", "min", "mod", "gcd", "lcm", "lim", "mm", "cm", "km", "kg",
            "ml", "dx");

    private Formulas() {}

    /** The text without TeX, and without the tags of reasoning. */
    static String leftOut(String text) {
        String read = text.substring(0, Math.min(text.length(), Prose.MOST_CHARACTERS));
        return TAGS.matcher(TEX.matcher(read).replaceAll(" ")).replaceAll("\n");
    }

    /** Whether a sentence says nothing but numbers and variables, so that it is in no language. */
    static boolean isOne(String sentence) {
        for (Matcher word = LETTERS.matcher(sentence); word.find(); ) {
            boolean variable =
                    word.group().length() == 1 && isOfFormulas(word.group().charAt(0));
            if (!variable && !NAMES.contains(word.group())) {
                return false;
            }
        }
        return SIGN.matcher(sentence).find();
    }

    private static boolean isOfFormulas(char letter) {
        Character.UnicodeScript script = Character.UnicodeScript.of(letter);
        return script == Character.UnicodeScript.LATIN || script == Character.UnicodeScript.GREEK;
    }
}
