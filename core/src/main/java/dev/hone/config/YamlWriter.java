package dev.hone.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes records as YAML that all YAML parsers read alike, with the origin of each value as a comment. */
final class YamlWriter {
    /** Text that is unambiguous without quotes; the rest is quoted. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z/][A-Za-z0-9_./+@-]*|\\.\\.?/[A-Za-z0-9_./+@-]*|([0-9]+(h|m|s|ms))+");

    /** Literals that are not text. */
    private static final Pattern BARE = Pattern.compile("[-+]?[.0-9][-+.0-9eE]*|true|false|null|~|");

    private static final Set<String> WORDS_OF_YAML =
            Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    private final Map<String, Origin> written;
    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final StringBuilder yaml = new StringBuilder();

    /** {@code written} says where keys were written; all others are defaults. */
    YamlWriter(Map<String, Origin> written) {
        this.written = written;
    }

    /** The settings of {@code record}. */
    String write(@Nullable Object record) {
        Object plain = plain(record);
        if (plain instanceof Map<?, ?> group && !group.isEmpty()) {
            group(group, "", 0, "");
        } else {
            yaml.append(inline(plain)).append('\n');
        }
        return yaml.toString();
    }

    /** The keys that were written, with their origins. */
    Map<String, Origin> origins() {
        return origins;
    }

    private void group(Map<?, ?> group, String path, int depth, String lead) {
        String indent = lead;
        for (Map.Entry<?, ?> entry : group.entrySet()) {
            String name = (String) entry.getKey();
            entry(entry.getValue(), Key.join(path, name), indent + scalar(name) + ":", depth);
            indent = "  ".repeat(depth);
        }
    }

    private void entry(@Nullable Object value, String path, String start, int depth) {
        Origin origin = origin(path);
        if (value instanceof Map<?, ?> group && !group.isEmpty()) {
            yaml.append(start).append('\n');
            group(group, path, depth + 1, "  ".repeat(depth + 1));
        } else if (value instanceof List<?> list && list.stream().anyMatch(YamlWriter::nested)) {
            yaml.append(start).append('\n');
            for (int i = 0; i < list.size(); i++) {
                item(list.get(i), path + "[" + i + "]", depth + 1);
            }
        } else {
            yaml.append(start)
                    .append(' ')
                    .append(inline(value))
                    .append("  # ")
                    .append(origin)
                    .append('\n');
        }
    }

    private void item(@Nullable Object value, String path, int depth) {
        String lead = "  ".repeat(depth) + "- ";
        if (value instanceof Map<?, ?> group && !group.isEmpty()) {
            origin(path);
            group(group, path, depth + 1, lead);
        } else {
            entry(value, path, lead.stripTrailing(), depth);
        }
    }

    private Origin origin(String path) {
        Origin origin = written.getOrDefault(path, Origin.DEFAULT);
        origins.put(path, origin);
        return origin;
    }

    private static boolean nested(@Nullable Object value) {
        return value instanceof Map<?, ?> || value instanceof List<?>;
    }

    private static String inline(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(YamlWriter::inline).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Map<?, ?> ? "{}" : scalar(value);
    }

    /** Records as maps, and types unknown to YAML as text. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        } else if (value instanceof List<?> list) {
            return list.stream().map(YamlWriter::plain).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, one) -> copy.put((String) key, plain(one)));
            return copy;
        } else if (value instanceof Enum<?> constant) {
            return Key.kebab(constant.name());
        } else if (value instanceof Duration duration) {
            return Scalars.text(duration);
        } else if (value instanceof Path path) {
            return path.toString();
        } else if (value instanceof Settings part) {
            return written(part.root());
        }
        return value != null && value.getClass().isRecord() ? record(value) : value;
    }

    /** What was read but not bound, as it was written. */
    private static Object written(Node node) {
        if (node instanceof Node.Mapping group) {
            Map<String, Object> copy = new LinkedHashMap<>();
            group.entries().forEach((key, value) -> copy.put(key, written(value)));
            return copy;
        } else if (node instanceof Node.Sequence list) {
            return list.items().stream().map(YamlWriter::written).toList();
        }
        Node.Scalar scalar = (Node.Scalar) node;
        boolean bare = !scalar.quoted() && BARE.matcher(scalar.text()).matches();
        return bare ? new Bare(scalar.text()) : scalar.text();
    }

    /** A number or word of YAML, as it was written. */
    private record Bare(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static @Nullable Object record(Object record) {
        for (Method method : RecordShape.marked(record.getClass(), AsScalar.class)) {
            try {
                Object scalar = RecordShape.call(method, record);
                if (scalar != null) {
                    return plain(scalar);
                }
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(method + " failed", e.getCause());
            }
        }
        Map<String, @Nullable Object> group = new LinkedHashMap<>();
        Map<String, @Nullable Object> beside = new LinkedHashMap<>();
        RecordShape.chooser(record.getClass())
                .ifPresent(chooser -> group.put(chooser, RecordShape.name(record.getClass())));
        collect(record, group, beside);
        group.putAll(beside);
        return group;
    }

    private static void collect(
            Object record, Map<String, @Nullable Object> group, Map<String, @Nullable Object> beside) {
        RecordShape.of(record.getClass()).components().forEach((key, component) -> {
            Object value = RecordShape.read(component, record);
            if (value != null && RecordShape.isFlattened(component)) {
                collect(value, group, beside);
            } else if (value != null && RecordShape.isBeside(component.getType())) {
                String name = RecordShape.name(value.getClass());
                group.put(key, name);
                if (!RecordShape.of(value.getClass()).components().isEmpty()) {
                    beside.put(name, plain(value));
                }
            } else {
                group.put(key, plain(value));
            }
        });
    }

    private static String scalar(@Nullable Object value) {
        if (value instanceof Double || value instanceof Float) {
            return value.toString().toLowerCase(Locale.ROOT);
        } else if (value instanceof String text) {
            boolean plain = PLAIN.matcher(text).matches() && !WORDS_OF_YAML.contains(text.toLowerCase(Locale.ROOT));
            return plain ? text : quoted(text);
        }
        return String.valueOf(value);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
