package dev.hone.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the word that was meant: the nearest by edit distance, if it is near enough. */
public final class Spelling {
    /** Longer words are no typing errors, and comparing them would take time. */
    private static final int LONGEST = 80;

    private Spelling() {}

    /**
     * The candidate nearest to {@code word}; empty where none is near. Case, {@code _} and {@code -} do not count, so
     * {@code learning_rate} finds {@code learning-rate}. Of two equally near, the earlier in the alphabet.
     */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(word);
        return candidates.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= allowed(plain, plain(candidate)))
                .min(Comparator.<String>comparingInt(candidate -> distance(plain, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** About one error in three letters, so that short words do not match everything. */
    private static int allowed(String word, String candidate) {
        return Math.max(word.length(), candidate.length()) / 3;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** The fewest letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        Arrays.setAll(last, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
