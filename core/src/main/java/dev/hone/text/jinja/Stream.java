package dev.hone.text.jinja;

import java.util.List;
import java.util.function.Supplier;

/** Python's generator: computed when first walked through, empty from then on, always true, without length or index. */
final class Stream {
    private final Supplier<List<Object>> items;
    private boolean used;

    Stream(Supplier<List<Object>> items) {
        this.items = items;
    }

    List<Object> take() {
        if (used) {
            return List.of();
        }
        used = true;
        return items.get();
    }
}
