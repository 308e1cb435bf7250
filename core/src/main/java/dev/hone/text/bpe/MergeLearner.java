package dev.hone.text.bpe;

import dev.hone.text.vocabulary.ByteAlphabet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns byte-pair merges from counted words (Sennrich et al., 2016, algorithm 1).
 *
 * <p>Every word starts as its bytes. Over and over, the most frequent pair of neighbours becomes one symbol; among equally
 * frequent pairs the one with the smaller left id wins, then the smaller right id, so the result depends on the counts
 * alone.
 *
 * <p>A merge touches only the words its pair occurs in. Each pair knows those words (some may no longer hold it), and its
 * count is kept current as words change. The heap holds pairs with the count they had when pushed: a pair at the top
 * whose count has fallen since is pushed again with its present one. Counts only rise for pairs that contain the symbol
 * just made, and these are pushed again.
 */
final class MergeLearner {
    /** Two symbols that were joined, by id. */
    record LearnedMerge(int left, int right) {}

    private record Candidate(Pair pair, long count) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int order = Long.compare(other.count, count);
            return order != 0 ? order : Long.compare(pair.key, other.pair.key);
        }
    }

    /** Two neighbouring symbols: how often they occur, and in which words. */
    private static final class Pair {
        final long key;
        long count;
        private int[] words = new int[2];
        private int size;

        Pair(long key) {
            this.key = key;
        }

        void occursIn(int word) {
            if (size > 0 && words[size - 1] == word) {
                return;
            }
            if (size == words.length) {
                words = Arrays.copyOf(words, size * 2);
            }
            words[size++] = word;
        }
    }

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Set<LearnedMerge> merges = new LinkedHashSet<>();
    private final int[][] words;
    private final long[] counts;
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> heap = new PriorityQueue<>();

    MergeLearner(Map<String, WordCounts.WordCount> wordCounts) {
        int[] idOfByte = new int[256];
        for (char letter : ByteAlphabet.sorted()) {
            idOfByte[ByteAlphabet.byteOf(letter)] = tokens.size();
            idOf(String.valueOf(letter));
        }
        words = new int[wordCounts.size()][];
        counts = new long[wordCounts.size()];
        int index = 0;
        for (Map.Entry<String, WordCounts.WordCount> entry : wordCounts.entrySet()) {
            byte[] bytes = entry.getKey().getBytes(StandardCharsets.UTF_8);
            int[] word = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                word[i] = idOfByte[bytes[i] & 0xFF];
            }
            words[index] = word;
            counts[index] = entry.getValue().value;
            for (int i = 0; i + 1 < word.length; i++) {
                Pair pair = pair(word[i], word[i + 1]);
                pair.count += counts[index];
                pair.occursIn(index);
            }
            index++;
        }
        pairs.values().forEach(pair -> heap.add(new Candidate(pair, pair.count)));
    }

    /** Merges until there are {@code size} tokens, or no pair occurs {@code minimumFrequency} times any more. */
    void learn(int size, int minimumFrequency) {
        while (tokens.size() < size) {
            Candidate best = heap.poll();
            if (best == null || best.count < Math.max(1, minimumFrequency)) {
                return;
            }
            if (best.count == best.pair.count) {
                merge(best.pair);
            } else if (best.pair.count > 0 && best.pair.count < best.count) {
                heap.add(new Candidate(best.pair, best.pair.count));
            }
        }
    }

    /** Tokens by id: the 256 bytes, then one per merge, unless two merges spell the same token. */
    List<String> tokens() {
        return tokens;
    }

    /** Merges in the order they were learned, which is the order they apply in. */
    List<LearnedMerge> merges() {
        return List.copyOf(merges);
    }

    private void merge(Pair pair) {
        int left = (int) (pair.key >>> 32);
        int right = (int) pair.key;
        int joined = idOf(tokens.get(left) + tokens.get(right));
        merges.add(new LearnedMerge(
                left, right)); // a set: another merge may spell `left` again and make the pair reappear
        Set<Pair> risen = new LinkedHashSet<>();
        for (int i = 0; i < pair.size; i++) {
            int word = pair.words[i];
            int[] before = words[word];
            int[] after = join(before, left, right, joined);
            if (after.length == before.length) {
                continue;
            }
            // Only pairs that reach out of what the two spellings have in common at their ends have changed.
            int same = Arrays.mismatch(before, after);
            int sameAtEnd = 0;
            while (sameAtEnd < after.length - same
                    && before[before.length - 1 - sameAtEnd] == after[after.length - 1 - sameAtEnd]) {
                sameAtEnd++;
            }
            int first = Math.max(0, same - 1);
            for (int k = first; k + 1 < before.length && k < before.length - sameAtEnd; k++) {
                pair(before[k], before[k + 1]).count -= counts[word];
            }
            for (int k = first; k + 1 < after.length && k < after.length - sameAtEnd; k++) {
                Pair neighbours = pair(after[k], after[k + 1]);
                neighbours.count += counts[word];
                if (after[k] == joined || after[k + 1] == joined) {
                    neighbours.occursIn(word);
                    risen.add(neighbours);
                }
            }
            words[word] = after;
        }
        pairs.remove(pair.key);
        for (Pair candidate : risen) {
            heap.add(new Candidate(candidate, candidate.count));
        }
    }

    /** The word with every occurrence of the pair, leftmost first, made one symbol. */
    private static int[] join(int[] word, int left, int right, int joined) {
        int[] shorter = new int[word.length];
        int length = 0;
        for (int i = 0; i < word.length; i++) {
            if (word[i] == left && i + 1 < word.length && word[i + 1] == right) {
                shorter[length++] = joined;
                i++;
            } else {
                shorter[length++] = word[i];
            }
        }
        return length == word.length ? word : Arrays.copyOf(shorter, length);
    }

    private Pair pair(int left, int right) {
        return pairs.computeIfAbsent((long) left << 32 | right, Pair::new);
    }

    private int idOf(String token) {
        return ids.computeIfAbsent(token, unseen -> {
            tokens.add(token);
            return tokens.size() - 1;
        });
    }
}
