package dev.hone.text.jinja;

import java.util.List;

/** Python's tuple: a list that prints with parentheses and equals no list. */
record Tuple(List<Object> items) {
    static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }
}
