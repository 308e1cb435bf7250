package dev.hone.text.jinja;

import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's dict with scalar keys, in the order of insertion. A key that equals another as a number is the same key: 1, 1.0, true. */
final class Dict {
    record Entry(Object key, Object value) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    Dict put(Object key, Object value) {
        entries.merge(same(key), new Entry(key, value), (old, added) -> new Entry(old.key(), value));
        return this;
    }

    @Nullable
    Object get(Object key) {
        Entry entry = entries.get(same(key));
        return entry == null ? null : entry.value();
    }

    boolean has(Object key) {
        return entries.containsKey(same(key));
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    int size() {
        return entries.size();
    }

    /** The object that stands for all keys equal to this one. */
    static Object same(Object key) {
        if (key instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        if (key instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e18) {
            return number.longValue();
        }
        if (key instanceof Markup markup) {
            return markup.text();
        }
        if (key instanceof String
                || key instanceof Long
                || key instanceof Double
                || key instanceof BigInteger
                || key instanceof None
                || key instanceof Undefined) {
            return key;
        }
        throw new Fault("a %s cannot be a key".formatted(Values.type(key)));
    }
}
