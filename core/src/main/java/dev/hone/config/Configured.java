package dev.hone.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A configuration that has been read: a valid value, and for each of its settings where it came from. Immutable as far as
 * its value is.
 */
public final class Configured<T> {
    private final T value;
    private final Map<String, Origin> origins;
    private final String yaml;

    Configured(T value, Map<String, Origin> written) {
        this.value = value;
        YamlWriter writer = new YamlWriter(written);
        yaml = writer.write(value);
        origins = Collections.unmodifiableMap(new LinkedHashMap<>(writer.origins()));
    }

    /** The configuration itself. */
    public T value() {
        return value;
    }

    /**
     * Where the value of {@code key} came from.
     *
     * @throws IllegalArgumentException where the configuration has no such key
     */
    public Origin origin(String key) {
        Origin origin = origins.get(key);
        if (origin == null) {
            throw new IllegalArgumentException("key (" + key + ") is not a setting of this configuration");
        }
        return origin;
    }

    /** Every key that is set, groups and lists as well as single values, in the order of the records. */
    public Map<String, Origin> origins() {
        return origins;
    }

    /**
     * The whole configuration as YAML, defaults included, each line with its origin as a comment. Reading it again gives an
     * equal value.
     */
    public String toYaml() {
        return yaml;
    }
}
