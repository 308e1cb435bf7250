package dev.hone.reward;

import dev.hone.generate.Completion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ROUGE-L of a completion and a reference (Lin, 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3), from 0 to
 * 1: the F1 of their longest common subsequence, {@code 2 LCS / (m + n)} for texts of m and n tokens. Of several references the best
 * counts.
 *
 * <p>A token is a run of letters and digits in lower case, as in the rouge-score package without its stemmer; but each Korean,
 * Japanese or Chinese character is a token of its own. Korean words carry particles and endings (모델이, 모델을), so that whole words
 * rarely match where the content does, and rouge-score, which drops all that is not ASCII, has no tokens of them at all.
 *
 * @param column where the reference stands, or a list of them
 */
public record RougeLReward(String column) implements Reward {
    private static final Pattern TOKEN = Pattern.compile(
            "[\\p{IsHangul}\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]|[\\p{L}\\p{M}\\p{Nd}&&[^\\p{IsHangul}\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]]+");

    @Override
    public double score(Task task, Completion completion) {
        List<String> found = tokens(completion.text());
        return task.texts(column).stream()
                .mapToDouble(reference -> score(found, tokens(reference)))
                .max()
                .orElse(0);
    }

    private static double score(List<String> found, List<String> reference) {
        int both = found.size() + reference.size();
        return both == 0 ? 0 : 2.0 * longestCommonSubsequence(found, reference) / both;
    }

    private static int longestCommonSubsequence(List<String> a, List<String> b) {
        int[] above = new int[b.size() + 1]; // with the tokens of a before this one
        for (String token : a) {
            int[] row = new int[b.size() + 1];
            for (int j = 1; j <= b.size(); j++) {
                row[j] = token.equals(b.get(j - 1)) ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]);
            }
            above = row;
        }
        return above[b.size()];
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        for (Matcher match = TOKEN.matcher(text.toLowerCase(Locale.ROOT)); match.find(); ) {
            tokens.add(match.group());
        }
        return tokens;
    }
}
