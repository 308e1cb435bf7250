package dev.hone.retrieve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds texts that say nearly the same as one of a set: of the shorter one's runs of five words, at least four fifths stand in the other
 * (containment of w-shingles; Broder, 1997). Words are what stands between white space, without case and punctuation.
 */
public final class NearDuplicates {
    private static final int WORDS = 5;
    private static final double SAME = 0.8;

    private final List<Chunk> chunks;
    private final List<Integer> sizes = new ArrayList<>();
    private final Map<String, List<Integer>> places = new HashMap<>();

    private NearDuplicates(List<Chunk> chunks) {
        this.chunks = List.copyOf(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            Set<String> shingles = shingles(chunks.get(i).text());
            sizes.add(shingles.size());
            int place = i;
            shingles.forEach(shingle ->
                    places.computeIfAbsent(shingle, key -> new ArrayList<>()).add(place));
        }
    }

    public static NearDuplicates among(List<Chunk> chunks) {
        return new NearDuplicates(chunks);
    }

    /** The first chunk of the set that says nearly the same as a text. */
    public Optional<Chunk> of(String text) {
        Set<String> shingles = shingles(text);
        Map<Integer, Integer> shared = new HashMap<>();
        for (String shingle : shingles) {
            places.getOrDefault(shingle, List.of()).forEach(place -> shared.merge(place, 1, Integer::sum));
        }
        return shared.entrySet().stream()
                .filter(entry -> entry.getValue() >= SAME * Math.min(shingles.size(), sizes.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .map(chunks::get);
    }

    /** Runs of words; of a text with fewer, all of it. */
    private static Set<String> shingles(String text) {
        String[] words =
                Wording.folded(text.replaceAll("[^\\p{L}\\p{N}]+", " ")).split(" ");
        Set<String> shingles = new HashSet<>();
        for (int i = 0; i + WORDS <= words.length; i++) {
            shingles.add(String.join(" ", List.of(words).subList(i, i + WORDS)));
        }
        if (shingles.isEmpty()) {
            shingles.add(String.join(" ", words));
        }
        return shingles;
    }
}
