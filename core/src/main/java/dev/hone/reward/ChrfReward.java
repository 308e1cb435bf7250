package dev.hone.reward;

import dev.hone.generate.Completion;
import java.util.HashMap;
import java.util.Map;

/**
 * chrF, the overlap of a completion with a reference in character n-grams (Popović, 2015, "chrF: character n-gram F-score for
 * automatic MT evaluation"), of one completion, from 0 to 1, as sacrebleu's {@code CHRF().sentence_score} has it in percent: n from 1 to
 * 6, white space left out, recall weighted twice as much as precision (β = 2), and only orders of which both texts have n-grams
 * count. Of several references the best counts.
 *
 * @param column where the reference stands, or a list of them
 */
public record ChrfReward(String column) implements Reward {
    private static final int ORDERS = 6;
    private static final double BETA_SQUARED = 4;

    @Override
    public double score(Task task, Completion completion) {
        int[] found = characters(completion.text());
        return task.texts(column).stream()
                .mapToDouble(reference -> score(found, characters(reference)))
                .max()
                .orElse(0);
    }

    private static double score(int[] found, int[] reference) {
        double precision = 0;
        double recall = 0;
        int orders = Math.min(ORDERS, Math.min(found.length, reference.length));
        for (int n = 1; n <= orders; n++) {
            double matches = matches(found, reference, n);
            precision += matches / (found.length - n + 1);
            recall += matches / (reference.length - n + 1);
        }
        if (precision + recall == 0) {
            return 0;
        }
        precision /= orders;
        recall /= orders;
        return (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
    }

    /** The number of n-grams that the texts share, each as often as it stands in both. */
    private static int matches(int[] found, int[] reference, int n) {
        Map<String, Integer> left = new HashMap<>();
        for (int i = 0; i + n <= reference.length; i++) {
            left.merge(new String(reference, i, n), 1, Integer::sum);
        }
        int matches = 0;
        for (int i = 0; i + n <= found.length; i++) {
            if (left.merge(new String(found, i, n), -1, Integer::sum) >= 0) {
                matches++;
            }
        }
        return matches;
    }

    private static int[] characters(String text) {
        return text.codePoints()
                .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != 0x85)
                .toArray();
    }
}
