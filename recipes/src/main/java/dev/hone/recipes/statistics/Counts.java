package dev.hone.recipes.statistics;

import java.util.Arrays;

/** Numbers of which there is one a row, added one after the other. For use by one thread. */
final class Counts {
    private int[] values = new int[1024];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    Distribution distribution() {
        int[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return new Distribution(sorted);
    }
}
