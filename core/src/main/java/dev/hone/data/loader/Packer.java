package dev.hone.data.loader;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Fills bins of a fixed number of tokens with whole rows: best fit decreasing.
 *
 * <p>Rows are taken longest first, ties in their order; each goes into the open bin with the smallest room that is enough,
 * among equals the one that came to that room first, and opens a new bin where there is none. Bins come in the order they
 * were opened.
 */
public final class Packer {
    private Packer() {}

    /**
     * @param lengths length of each row, at most the capacity
     * @return for each bin the rows in it, as indices into {@code lengths}
     */
    public static List<List<Integer>> pack(int[] lengths, int capacity) {
        List<Integer> order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted((a, b) -> Integer.compare(lengths[b], lengths[a]))
                .toList();
        List<List<Integer>> bins = new ArrayList<>();
        TreeMap<Integer, ArrayDeque<Integer>> byRoom = new TreeMap<>();
        for (int row : order) {
            int length = lengths[row];
            if (length > capacity) {
                throw new IllegalArgumentException(
                        "row of " + length + " tokens does not fit into a bin of " + capacity);
            }
            Map.Entry<Integer, ArrayDeque<Integer>> fit = byRoom.ceilingEntry(length);
            int bin;
            int room;
            if (fit == null) {
                bin = bins.size();
                bins.add(new ArrayList<>());
                room = capacity - length;
            } else {
                bin = fit.getValue().removeFirst();
                room = fit.getKey() - length;
                if (fit.getValue().isEmpty()) {
                    byRoom.remove(fit.getKey());
                }
            }
            bins.get(bin).add(row);
            byRoom.computeIfAbsent(room, r -> new ArrayDeque<>()).addLast(bin);
        }
        return bins;
    }
}
