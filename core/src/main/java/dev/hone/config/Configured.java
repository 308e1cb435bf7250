package dev.hone.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** Every path that is set, by its key, in the order of the records. */
    public Map<String, Path> paths() {
        Map<String, Path> paths = new LinkedHashMap<>();
        collect(value, "", paths);
        return paths;
    }

    private static void collect(Object value, String key, Map<String, Path> paths) {
        if (value instanceof Path path) {
            paths.put(key, path);
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(present -> collect(present, key, paths));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                collect(list.get(i), key + "[" + i + "]", paths);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, one) -> collect(one, Key.join(key, (String) name), paths));
        } else if (value.getClass().isRecord()) {
            RecordShape.of(value.getClass()).components().forEach((name, component) -> {
                Object part = RecordShape.read(component, value);
                if (part != null) {
                    String own = RecordShape.isBeside(component.getType()) ? RecordShape.name(part.getClass()) : name;
                    collect(part, RecordShape.isFlattened(component) ? key : Key.join(key, own), paths);
                }
            });
        }
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
