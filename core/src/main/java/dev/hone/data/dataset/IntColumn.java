package dev.hone.data.dataset;

import java.util.Arrays;

/** Numbers of which there is one a row, four bytes each. Added by one thread, read by any. */
final class IntColumn {
    private int[] values = new int[256];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, Math.max(size + 1, (int) Math.min(Integer.MAX_VALUE - 8L, size * 3L / 2)));
        }
        values[size++] = value;
    }

    int get(int row) {
        if (row < 0 || row >= size) {
            throw new IndexOutOfBoundsException(row);
        }
        return values[row];
    }

    int size() {
        return size;
    }
}
