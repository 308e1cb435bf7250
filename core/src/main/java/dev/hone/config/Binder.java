package dev.hone.config;

import dev.hone.error.HoneException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts a tree of nodes to typed values. Problems are collected and binding continues; a value with a problem is {@link #FAILED},
 * and so is everything that contains it.
 */
final class Binder {
    /** The placeholder of a value with a reported problem. */
    static final Object FAILED = new Object();

    /** Of several factories for a plain value, the first whose type fits the value is used. */
    private static final List<Class<?>> NARROW_TO_WIDE =
            List.of(boolean.class, int.class, long.class, float.class, double.class);

    private final Class<?> top;
    private final Map<String, Object> defaults;
    private final Synonyms synonyms;
    private final List<Problem> problems;
    private final Map<String, Origin> origins = new LinkedHashMap<>();

    Binder(Class<?> top, Map<String, Object> defaults, Synonyms synonyms, List<Problem> problems) {
        this.top = top;
        this.defaults = defaults;
        this.synonyms = synonyms;
        this.problems = problems;
    }

    /** Where each bound key was written. */
    Map<String, Origin> origins() {
        return origins;
    }

    /** The value of {@code node}; what it leaves out comes from {@code base}, the default of the whole, where there is one. */
    Object bind(Type type, String path, Node node, @Nullable Object base) {
        Class<?> raw = RecordShape.raw(type);
        origins.put(path, node.origin());
        if (raw == Optional.class) {
            return optional(type, path, node, base);
        } else if (raw == List.class) {
            return list(type, path, node);
        } else if (raw == Map.class) {
            return map(type, path, node);
        } else if (raw == Settings.class) {
            return group(path, node, raw).<Object>map(Settings::part).orElse(FAILED);
        } else if (Scalars.knows(raw)) {
            return scalar(raw, path, node);
        } else if (node instanceof Node.Scalar scalar && !scalar.empty() && hasFactory(raw)) {
            return fromScalar(raw, path, scalar);
        } else if (raw.isAnnotationPresent(OneOf.class)) {
            return choose(raw, path, node, base);
        } else if (raw.isRecord()) {
            return group(path, node, raw)
                    .map(mapping -> record(raw, path, mapping, base, null))
                    .orElse(FAILED);
        }
        throw new IllegalStateException(type + " cannot be a setting (" + path + ")");
    }

    private Object optional(Type type, String path, Node node, @Nullable Object base) {
        if (node.empty()) {
            return Optional.empty();
        }
        Object inner = base instanceof Optional<?> present ? present.orElse(null) : null;
        Object value = bind(RecordShape.argument(type), path, node, inner);
        return value == FAILED ? FAILED : Optional.of(value);
    }

    private Object list(Type type, String path, Node node) {
        List<Node> items = List.of(node);
        if (node instanceof Node.Sequence sequence) {
            items = sequence.items();
        } else if (node.empty()) {
            return fail(node.origin(), path + " has no value; write a list, or [] for none");
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            values.add(bind(RecordShape.argument(type), path + "[" + i + "]", items.get(i), null));
        }
        return values.contains(FAILED) ? FAILED : List.copyOf(values);
    }

    private Object map(Type type, String path, Node node) {
        Optional<Node.Mapping> mapping = group(path, node, Map.class);
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.ifPresent(group -> group.entries()
                .forEach((key, value) -> values.put(
                        key, bind(RecordShape.argument(type), Key.join(path, Key.shown(key)), value, null))));
        boolean failed = mapping.isEmpty() || values.containsValue(FAILED);
        return failed ? FAILED : Collections.unmodifiableMap(values);
    }

    private Object scalar(Class<?> type, String path, Node node) {
        if (!(node instanceof Node.Scalar scalar)) {
            return fail(node.origin(), named(path) + " must be " + Scalars.noun(type) + "; found " + node.noun());
        }
        try {
            return Scalars.read(type, scalar);
        } catch (IllegalArgumentException e) {
            return fail(node.origin(), named(path) + " " + e.getMessage());
        }
    }

    private static boolean hasFactory(Class<?> type) {
        return !RecordShape.marked(type, FromScalar.class).isEmpty();
    }

    private Object fromScalar(Class<?> type, String path, Node.Scalar scalar) {
        List<Method> factories = RecordShape.marked(type, FromScalar.class).stream()
                .sorted(Comparator.comparingInt(method -> breadth(method.getParameterTypes()[0])))
                .toList();
        List<String> misfits = new ArrayList<>();
        for (Method factory : factories) {
            Object argument;
            try {
                argument = Scalars.read(factory.getParameterTypes()[0], scalar);
            } catch (IllegalArgumentException e) {
                misfits.add(String.valueOf(e.getMessage()));
                continue;
            }
            try {
                Object value = RecordShape.call(factory, null, argument);
                return value == null ? FAILED : value;
            } catch (InvocationTargetException e) {
                return fail(scalar.origin(), named(path) + ": " + reason(e));
            }
        }
        return fail(scalar.origin(), named(path) + " " + String.join(", or ", misfits));
    }

    /** What may be written for a list: each of its items, where only one is wanted, may stand alone. */
    static String nounOfList(Class<?> item) {
        List<Class<?>> scalars = Scalars.knows(item)
                ? List.of(item)
                : RecordShape.marked(item, FromScalar.class).stream()
                        .<Class<?>>map(factory -> factory.getParameterTypes()[0])
                        .toList();
        return scalars.isEmpty() ? "a list" : Scalars.noun(scalars.get(0)) + " or a list of them";
    }

    private static int breadth(Class<?> type) {
        int known = NARROW_TO_WIDE.indexOf(type);
        return known >= 0 ? known : type == String.class ? 99 : type.isEnum() ? 50 : 60;
    }

    /** A record of a {@link OneOf} interface. */
    private Object choose(Class<?> type, String path, Node node, @Nullable Object base) {
        String chooser = type.getAnnotation(OneOf.class).value();
        Map<String, Class<?>> cases = RecordShape.cases(type);
        if (node instanceof Node.Scalar scalar && !scalar.empty()) { // a name alone
            Node.Mapping named = Node.Mapping.empty(node.origin()).with(chooser, node);
            return choose(type, path, named, base);
        }
        Optional<Node.Mapping> found = group(path, node, type);
        if (found.isEmpty()) {
            return FAILED;
        }
        Node.Mapping group = found.get();
        Class<?> chosen = base == null ? type.getAnnotation(OneOf.class).otherwise() : base.getClass();
        for (Class<?> one : cases.values()) {
            Kind kind = one.getAnnotation(Kind.class);
            if (kind != null && group.entries().containsKey(kind.whenKey())) {
                chosen = one;
            }
        }
        Node name = group.entries().get(chooser);
        if (name != null) {
            Optional<Class<?>> meant = meant(cases, Key.join(path, chooser), name);
            if (meant.isEmpty()) {
                return FAILED;
            }
            chosen = meant.get();
        }
        if (chosen == OneOf.class) {
            String names = String.join(", ", cases.keySet());
            return fail(group.origin(), Key.join(path, chooser) + " is missing; it must be one of " + names);
        }
        return record(chosen, path, group, chosen.isInstance(base) ? base : null, chooser);
    }

    /** The record of a name in the file; an unknown name is reported. */
    private Optional<Class<?>> meant(Map<String, Class<?>> cases, String path, Node name) {
        Object word = scalar(String.class, path, name);
        if (word == FAILED) {
            return Optional.empty();
        }
        Class<?> meant = cases.get((String) word);
        if (meant == null) {
            List<String> names = List.copyOf(cases.keySet());
            String known = "must be one of " + String.join(", ", names);
            String answer = synonyms.value(path, (String) word)
                    .map(meaning -> meaning + "; it " + known)
                    .orElseGet(() -> known + Scalars.meant((String) word, names));
            fail(name.origin(), path + " (" + Key.shown((String) word) + ") " + answer);
            return Optional.empty();
        }
        origins.put(path, name.origin());
        return Optional.of(meant);
    }

    /** A record of a {@link OneOf} interface that {@code key} names, from the settings beside it under its name. */
    Object chooseBeside(Class<?> type, String path, String key, Node.Mapping group) {
        Map<String, Class<?>> cases = RecordShape.cases(type);
        Node name = group.entries().get(key);
        Class<?> chosen = type.getAnnotation(OneOf.class).otherwise();
        if (name != null && !name.empty()) {
            Optional<Class<?>> meant = meant(cases, Key.join(path, key), name);
            if (meant.isEmpty()) {
                return FAILED;
            }
            chosen = meant.get();
        } else if (chosen == OneOf.class) {
            String names = String.join(", ", cases.keySet());
            return fail(group.origin(), Key.join(path, key) + " is missing; it must be one of " + names);
        }
        String own = RecordShape.name(chosen);
        cases.keySet().stream()
                .filter(other -> !other.equals(own) && group.entries().containsKey(other))
                .forEach(other -> fail(
                        group.origin(other),
                        Key.join(path, other) + " has no effect on " + key + " " + own + "; leave it out"));
        Node settings = group.entries().getOrDefault(own, Node.Mapping.empty(group.origin()));
        String at = Key.join(path, own);
        Class<?> record = chosen;
        return group(at, settings, record)
                .map(mapping -> record(record, at, mapping, null, null))
                .orElse(FAILED);
    }

    private Object record(
            Class<?> type, String path, Node.Mapping group, @Nullable Object base, @Nullable String chooser) {
        return new RecordBinder(this, RecordShape.of(type), path, group)
                .bind(base == null ? RecordShape.defaults(type) : base, chooser);
    }

    /** The node as settings; an empty node has none. Anything else is reported. */
    private Optional<Node.Mapping> group(String path, Node node, Class<?> type) {
        if (node instanceof Node.Mapping mapping) {
            return Optional.of(mapping);
        } else if (node.empty()) {
            return Optional.of(Node.Mapping.empty(node.origin()));
        }
        String keys =
                type.isRecord() ? " (" + String.join(", ", RecordShape.of(type).keys()) + ")" : "";
        fail(node.origin(), named(path) + " must be settings" + keys + " with their values; found " + node.noun());
        return Optional.empty();
    }

    /** The default that the caller gave for a key, or null. */
    @Nullable
    Object given(String path) {
        return defaults.get(path);
    }

    Object fail(Origin origin, String message) {
        problems.add(new Problem(origin, message));
        return FAILED;
    }

    /** Refuses a key that {@code shape} does not have, naming the one that may have been meant. */
    void refuse(String path, String key, Origin origin, RecordShape shape, List<String> allowed) {
        String full = Key.join(path, Key.shown(key));
        for (var component : shape.settings().entrySet()) {
            Renamed renamed = component.getValue().getAnnotation(Renamed.class);
            if (renamed != null && Arrays.asList(renamed.value()).contains(key)) {
                fail(origin, full + " is now called " + Key.join(path, component.getKey()) + "; rename it");
                return;
            }
        }
        Optional<String> known = synonyms.key(key);
        if (known.isPresent()) {
            fail(origin, full + " is not a setting; " + known.get());
            return;
        }
        if (RecordShape.paths(top).contains(full)) { // of another kind of these settings
            fail(
                    origin,
                    full + " is not a setting of this kind of " + path + ", which has " + String.join(", ", allowed)
                            + "; leave it out");
            return;
        }
        Optional<String> near = Spelling.nearest(key, allowed).map(name -> Key.join(path, name));
        Optional<String> elsewhere = RecordShape.paths(top).stream()
                .filter(candidate -> Key.leaf(candidate).equals(Key.kebab(key)))
                .findFirst();
        String hint = near.or(() -> elsewhere)
                .map(meant -> "; did you mean " + meant + "?")
                .orElse("; " + (path.isEmpty() ? "the settings here" : "those of " + path) + " are "
                        + String.join(", ", allowed));
        fail(origin, full + " is not a setting" + hint);
    }

    /** The message of a constructor or factory, if it is one for the user. */
    static String reason(InvocationTargetException e) {
        if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof HoneException) {
            return String.valueOf(e.getCause().getMessage());
        }
        throw new IllegalStateException("a configuration record failed in a way it should not", e.getCause());
    }

    /** A path as the subject of a sentence. */
    static String named(String path) {
        return path.isEmpty() ? "the file" : path;
    }
}
