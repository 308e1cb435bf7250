package dev.hone.text.bpe;

import dev.hone.text.bpe.BpeVocabulary.MergeRule;
import dev.hone.text.vocabulary.ByteAlphabet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Byte-pair encoding as the paper describes it: count all pairs, merge the best one everywhere, start over. */
final class PlainBpe {
    private PlainBpe() {}

    static List<MergeRule> merges(Map<String, WordCounts.WordCount> words, int size) {
        List<String> tokens = new ArrayList<>();
        for (char letter : ByteAlphabet.sorted()) {
            tokens.add(String.valueOf(letter));
        }
        Map<List<String>, Long> spelled = new HashMap<>();
        for (Map.Entry<String, WordCounts.WordCount> word : words.entrySet()) {
            List<String> letters = new ArrayList<>();
            for (byte b : word.getKey().getBytes(StandardCharsets.UTF_8)) {
                letters.add(String.valueOf(ByteAlphabet.spell(b & 0xFF)));
            }
            spelled.merge(letters, word.getValue().value, Long::sum);
        }
        List<MergeRule> merges = new ArrayList<>();
        while (tokens.size() < size) {
            Map<MergeRule, Long> pairs = new HashMap<>();
            spelled.forEach((word, count) -> {
                for (int i = 0; i + 1 < word.size(); i++) {
                    pairs.merge(new MergeRule(word.get(i), word.get(i + 1)), count, Long::sum);
                }
            });
            MergeRule best = null;
            for (Map.Entry<MergeRule, Long> pair : pairs.entrySet()) {
                if (best == null || isBefore(pair.getKey(), pair.getValue(), best, pairs.get(best), tokens)) {
                    best = pair.getKey();
                }
            }
            if (best == null) {
                break;
            }
            if (!merges.contains(best)) {
                merges.add(best);
            }
            String joined = best.left() + best.right();
            if (!tokens.contains(joined)) {
                tokens.add(joined);
            }
            Map<List<String>, Long> next = new HashMap<>();
            for (Map.Entry<List<String>, Long> word : spelled.entrySet()) {
                next.merge(joined(word.getKey(), best), word.getValue(), Long::sum);
            }
            spelled = next;
        }
        return merges;
    }

    private static boolean isBefore(MergeRule a, long countOfA, MergeRule b, long countOfB, List<String> tokens) {
        if (countOfA != countOfB) {
            return countOfA > countOfB;
        }
        int left = Integer.compare(tokens.indexOf(a.left()), tokens.indexOf(b.left()));
        return (left != 0 ? left : Integer.compare(tokens.indexOf(a.right()), tokens.indexOf(b.right()))) < 0;
    }

    private static List<String> joined(List<String> word, MergeRule pair) {
        List<String> shorter = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size()
                    && word.get(i).equals(pair.left())
                    && word.get(i + 1).equals(pair.right())) {
                shorter.add(pair.left() + pair.right());
                i++;
            } else {
                shorter.add(word.get(i));
            }
        }
        return shorter;
    }
}
