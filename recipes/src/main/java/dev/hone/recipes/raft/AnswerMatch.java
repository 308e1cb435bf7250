package dev.hone.recipes.raft;

import dev.hone.retrieve.Language;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How well an answer matches right ones: the best of them counts.
 *
 * <p>English as SQuAD's program does it (evaluate-v1.1.py): without case, punctuation and articles; F1 over words. Korean as KorQuAD's
 * does it (evaluate-korquad_v1.0.py): quotation marks and brackets are spaces, without punctuation; F1 over characters.
 *
 * @param exact whether it is a right answer
 * @param f1 the harmonic mean of precision and recall of its words or characters, 0 to 1
 */
public record AnswerMatch(boolean exact, double f1) {
    /** The punctuation of Python's {@code string.punctuation}, which both programs take out. */
    private static final Pattern PUNCTUATION = Pattern.compile("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]");

    private static final Pattern ARTICLES = Pattern.compile("\\b(a|an|the)\\b");
    private static final Pattern KOREAN_MARKS = Pattern.compile("['\"《》<>〈〉()‘’]");

    /** The best match of an answer among the right ones; the language is that of the right ones. */
    public static AnswerMatch of(String answer, List<String> right) {
        AnswerMatch best = new AnswerMatch(false, 0);
        for (String one : right) {
            Language language = Language.of(one + answer);
            List<String> given = units(answer, language);
            List<String> wanted = units(one, language);
            best = new AnswerMatch(
                    best.exact || normalised(answer, language).equals(normalised(one, language)),
                    Math.max(best.f1, f1(given, wanted)));
        }
        return best;
    }

    private static String normalised(String text, Language language) {
        String words = language == Language.KOREAN
                ? PUNCTUATION
                        .matcher(KOREAN_MARKS.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT))
                        .replaceAll("")
                : ARTICLES.matcher(PUNCTUATION
                                .matcher(text.toLowerCase(Locale.ROOT))
                                .replaceAll(""))
                        .replaceAll(" ");
        return String.join(" ", words.strip().split("\\s+"));
    }

    private static List<String> units(String text, Language language) {
        String normalised = normalised(text, language);
        List<String> units = new ArrayList<>();
        for (String word : normalised.split(" ")) {
            if (language == Language.KOREAN) {
                word.codePoints().mapToObj(Character::toString).forEach(units::add);
            } else if (!word.isEmpty()) {
                units.add(word);
            }
        }
        return units;
    }

    private static double f1(List<String> given, List<String> wanted) {
        Map<String, Integer> left = new HashMap<>();
        wanted.forEach(unit -> left.merge(unit, 1, Integer::sum));
        int shared = 0;
        for (String unit : given) {
            if (left.getOrDefault(unit, 0) > 0) {
                left.merge(unit, -1, Integer::sum);
                shared++;
            }
        }
        if (shared == 0) {
            return 0;
        }
        double precision = (double) shared / given.size();
        double recall = (double) shared / wanted.size();
        return 2 * precision * recall / (precision + recall);
    }
}
