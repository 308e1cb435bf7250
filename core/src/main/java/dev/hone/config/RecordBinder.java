package dev.hone.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fills one record from one group of settings. */
final class RecordBinder {
    private static final Pattern FIRST_WORD = Pattern.compile("^[A-Za-z][A-Za-z0-9]*(-[a-z0-9]+)*+");

    private static final Pattern STEP = Pattern.compile("\\.([a-z0-9]+(?:-[a-z0-9]+)*)");

    private final Binder binder;
    private final RecordShape shape;
    private final String path;
    private final Node.Mapping group;

    RecordBinder(Binder binder, RecordShape shape, String path, Node.Mapping group) {
        this.binder = binder;
        this.shape = shape;
        this.path = path;
        this.group = group;
    }

    /** The record, or {@link Binder#FAILED}; {@code chooser} is a further key that has been read already. */
    Object bind(@Nullable Object base, @Nullable String chooser) {
        List<String> allowed = new ArrayList<>(shape.keys());
        allowed.addAll(shape.besides());
        if (chooser != null) {
            allowed.add(0, chooser);
        }
        group.entries().forEach((key, node) -> {
            if (!allowed.contains(key)) {
                binder.refuse(path, key, node.origin(), shape, allowed);
            }
        });
        return fill(base);
    }

    /** The record, from keys that have been found allowed. */
    private Object fill(@Nullable Object base) {
        Set<String> replaced = replaced();
        List<@Nullable Object> values = new ArrayList<>();
        shape.components().forEach((key, component) -> {
            Node node = replaced.contains(key) ? null : group.entries().get(key);
            if (RecordShape.isFlattened(component)) {
                values.add(flattened(component, base));
            } else if (RecordShape.isBeside(component.getType())) {
                values.add(binder.chooseBeside(component.getType(), path, key, group));
            } else if (node != null) {
                values.add(written(component, Key.join(path, key), node, base));
            } else if (replaced.contains(key)) {
                values.add(component.getType() == Optional.class ? Optional.empty() : null);
            } else {
                values.add(leftOut(component, Key.join(path, key), base));
            }
        });
        return values.contains(Binder.FAILED) ? Binder.FAILED : create(values);
    }

    /** A record whose keys are among these. */
    private Object flattened(RecordComponent component, @Nullable Object base) {
        Class<?> type = component.getType();
        Object inherited = base == null ? RecordShape.defaults(type) : RecordShape.read(component, base);
        return new RecordBinder(binder, RecordShape.of(type), path, group).fill(inherited);
    }

    private @Nullable Object written(RecordComponent component, String key, Node node, @Nullable Object base) {
        if (RecordShape.nullable(component) && node.empty()) {
            binder.origins().put(key, node.origin());
            return null;
        }
        Object given = binder.given(key);
        Object inherited = given != null || base == null ? given : RecordShape.read(component, base);
        return binder.bind(component.getGenericType(), key, node, inherited);
    }

    private @Nullable Object leftOut(RecordComponent component, String key, @Nullable Object base) {
        Object given = binder.given(key);
        if (given != null) {
            return given;
        } else if (base != null) {
            return RecordShape.read(component, base);
        }
        Default text = component.getAnnotation(Default.class);
        if (text != null) {
            List<Problem> mistakes = new ArrayList<>();
            Node node = new YamlParser(line -> Origin.DEFAULT, mistakes).parse(text.value());
            if (node == null || !mistakes.isEmpty()) {
                throw new IllegalStateException("the default of " + component + " is not YAML");
            }
            return binder.bind(component.getGenericType(), key, node, null);
        }
        Class<?> type = component.getType();
        if (RecordShape.nullable(component)) {
            return null;
        } else if (type == Optional.class) {
            return Optional.empty();
        } else if (type.isRecord() || type.isAnnotationPresent(OneOf.class)) {
            Object filled = binder.bind(component.getGenericType(), key, Node.Mapping.empty(group.origin()), null);
            binder.origins().put(key, Origin.DEFAULT);
            return filled;
        }
        String noun = type == List.class
                ? Binder.nounOfList(RecordShape.raw(RecordShape.argument(component.getGenericType())))
                : type == Map.class ? "names with values" : Scalars.noun(type);
        return binder.fail(group.origin(), key + " is missing; it must be " + noun + " and has no default");
    }

    /** Alternatives that are replaced by another one, which is written here; two that are written are reported. */
    private Set<String> replaced() {
        Map<String, List<String>> alternatives = new LinkedHashMap<>();
        shape.components().forEach((key, component) -> {
            Alternative alternative = component.getAnnotation(Alternative.class);
            if (alternative != null) {
                alternatives
                        .computeIfAbsent(alternative.value(), name -> new ArrayList<>())
                        .add(key);
            }
        });
        Set<String> replaced = new HashSet<>();
        for (List<String> keys : alternatives.values()) {
            List<String> written = keys.stream().filter(this::isWritten).toList();
            List<String> commanded = written.stream()
                    .filter(key -> group.origin(key) instanceof Origin.CommandLine)
                    .toList();
            List<String> kept = commanded.isEmpty() ? written : commanded;
            if (kept.size() > 1) {
                List<String> full =
                        kept.stream().map(key -> Key.join(path, key)).toList();
                Origin last = group.origin(kept.get(kept.size() - 1));
                binder.fail(last, String.join(" and ", full) + " exclude each other; keep one of them");
            }
            if (!kept.isEmpty()) {
                keys.stream().filter(key -> !kept.contains(key)).forEach(replaced::add);
            }
        }
        return replaced;
    }

    private boolean isWritten(String key) {
        Node node = group.entries().get(key);
        return node != null && !node.empty();
    }

    private Object create(List<@Nullable Object> values) {
        try {
            return shape.create(values);
        } catch (InvocationTargetException e) {
            return blame(Binder.reason(e));
        }
    }

    /** The origin of a key, or of what is named within it: {@code data.replay.share}. */
    private Origin within(String key, String message, int end) {
        Node node = group.entries().get(key);
        Matcher step = STEP.matcher(message);
        int at = end;
        while (node instanceof Node.Mapping inner
                && step.region(at, message.length()).lookingAt()
                && inner.entries().containsKey(step.group(1))) {
            node = inner.entries().get(step.group(1));
            at = step.end();
        }
        return node == null ? group.origin(key) : node.origin();
    }

    /** Reports a constructor's message at the key it begins with, or at the whole group. */
    private Object blame(String message) {
        Matcher word = FIRST_WORD.matcher(message);
        String key = word.find() ? Key.kebab(word.group()) : "";
        if (!shape.settings().containsKey(key)) {
            return binder.fail(group.origin(), path.isEmpty() ? message : path + ": " + message);
        }
        return binder.fail(within(key, message, word.end()), Key.join(path, key) + message.substring(word.end()));
    }
}
