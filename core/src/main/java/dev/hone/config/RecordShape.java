package dev.hone.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The components of a record of settings, by reflection. A record that cannot hold settings is a bug, not a problem. */
record RecordShape(Class<?> type, Map<String, RecordComponent> components) {
    static RecordShape of(Class<?> type) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(Key.kebab(component.getName()), component);
        }
        return new RecordShape(type, components);
    }

    /** The keys in the file, in the order of the record; those of a {@link Flattened} record stand in its place. */
    List<String> keys() {
        return List.copyOf(settings().keySet());
    }

    /** The component behind each key in the file, those of {@link Flattened} records included. */
    Map<String, RecordComponent> settings() {
        Map<String, RecordComponent> settings = new LinkedHashMap<>();
        components.forEach((key, component) -> {
            if (isFlattened(component)) {
                settings.putAll(of(component.getType()).settings());
            } else {
                settings.put(key, component);
            }
        });
        return settings;
    }

    static boolean isFlattened(RecordComponent component) {
        return component.isAnnotationPresent(Flattened.class);
    }

    static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }

    /** The last type argument: of a list or an optional its only one, of a map that of its values. */
    static Type argument(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return arguments[arguments.length - 1];
        }
        throw new IllegalStateException(type + " does not say of what");
    }

    /** The record's own {@code defaults()}, or null where it has none. */
    static @Nullable Object defaults(Class<?> type) {
        try {
            Method method = type.getDeclaredMethod("defaults");
            return Modifier.isStatic(method.getModifiers()) ? call(method, null) : null;
        } catch (NoSuchMethodException e) {
            return null;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(type + ".defaults() failed", e.getCause());
        }
    }

    /** The component's value in {@code record}. */
    static @Nullable Object read(RecordComponent component, Object record) {
        try {
            return call(component.getAccessor(), record);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("reading " + component + " failed", e.getCause());
        }
    }

    /** A new record; what its constructor throws is thrown wrapped. */
    Object create(List<@Nullable Object> values) throws InvocationTargetException {
        Class<?>[] types =
                components.values().stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values.toArray());
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    /** Its methods with the annotation. */
    static List<Method> marked(Class<?> type, Class<? extends Annotation> annotation) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .toList();
    }

    static @Nullable Object call(Method method, @Nullable Object target, Object... arguments)
            throws InvocationTargetException {
        try {
            method.setAccessible(true);
            return method.invoke(target, arguments);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " cannot be called", e);
        }
    }

    /** The records of a {@link OneOf} interface by their names in a file. */
    static Map<String, Class<?>> cases(Class<?> type) {
        Map<String, Class<?>> cases = new LinkedHashMap<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isInterface()) {
                cases.putAll(cases(permitted));
            } else {
                cases.put(name(permitted), permitted);
            }
        }
        return cases;
    }

    /** The names of records whose settings may be written among this one's own ({@link OneOf#beside}). */
    List<String> besides() {
        return components.values().stream()
                .filter(component -> isBeside(component.getType()))
                .flatMap(component -> cases(component.getType()).keySet().stream())
                .toList();
    }

    static boolean isBeside(Class<?> type) {
        return type.isAnnotationPresent(OneOf.class)
                && type.getAnnotation(OneOf.class).beside();
    }

    /** The name of a record of a {@link OneOf} interface. */
    static String name(Class<?> type) {
        Kind kind = type.getAnnotation(Kind.class);
        return kind == null || kind.value().isEmpty() ? Key.kebab(type.getSimpleName()) : kind.value();
    }

    /** The key that chooses among the records of an interface that {@code record} belongs to, if it belongs to one. */
    static Optional<String> chooser(Class<?> record) {
        return Arrays.stream(record.getInterfaces())
                .filter(parent -> parent.isAnnotationPresent(OneOf.class) && !isBeside(parent))
                .map(parent -> parent.getAnnotation(OneOf.class).value())
                .findFirst();
    }

    /** Every key below a type, as full paths, to find one that was written in the wrong place. */
    static List<String> paths(Type top) {
        List<String> paths = new ArrayList<>();
        collect(top, "", paths, new HashSet<>());
        return paths;
    }

    private static String parent(String path) {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }

    private static void collect(Type type, String path, List<String> paths, Set<Class<?>> open) {
        Class<?> raw = raw(type);
        if (type instanceof ParameterizedType) {
            collect(argument(type), path + (raw == List.class ? "[0]" : ""), paths, open);
        } else if (isBeside(raw)) {
            cases(raw).forEach((name, one) -> collect(one, Key.join(parent(path), name), paths, open));
        } else if (raw.isAnnotationPresent(OneOf.class)) {
            cases(raw).values().forEach(one -> collect(one, path, paths, open));
        } else if (raw.isRecord() && open.add(raw)) {
            of(raw).settings().forEach((key, component) -> {
                paths.add(Key.join(path, key));
                collect(component.getGenericType(), Key.join(path, key), paths, open);
            });
            open.remove(raw);
        }
    }
}
