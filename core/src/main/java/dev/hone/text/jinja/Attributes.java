package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The results of {@code value.name} and {@code value[key]}. Methods that would change a list or dict exist only as an error. */
final class Attributes {
    private static final Set<String> CHANGE_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGE_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {}

    static Object attribute(Object target, String name) {
        Object value = own(target, name);
        if (value == null) {
            value = Operators.item(target, name);
        }
        return value == null ? missing(target, name) : value;
    }

    static Object item(Object target, Object key) {
        if (target instanceof Undefined undefined) {
            throw undefined.fault();
        }
        Object value = Operators.item(target, key);
        String name = Values.string(key);
        if (value == null && name != null) {
            value = own(target, name);
        }
        return value == null ? missing(target, key) : value;
    }

    private static Undefined missing(Object target, Object key) {
        String name = Values.string(key);
        String shown = name != null ? "attribute '" + name + "'" : key instanceof Long ? "item " + key : "such item";
        return new Undefined(
                target instanceof None
                        ? "none has no " + shown
                        : "a %s has no %s".formatted(Values.type(target), shown));
    }

    private static @Nullable Object own(Object target, String name) {
        String text = Values.string(target);
        List<Object> list = Values.list(target);
        if (text != null) {
            return TextMethods.find(text, name);
        } else if (list != null) {
            return ofList(list, name, target instanceof Tuple);
        } else if (target instanceof Dict dict) {
            return ofDict(dict, name);
        } else if (target instanceof Namespace namespace) {
            return namespace.attributes().get(name);
        } else if (target instanceof Loop loop) {
            return loop.attribute(name);
        } else if (target instanceof Undefined undefined) {
            throw undefined.fault();
        }
        return null;
    }

    private static Undefined forbidden(String type, String name) {
        return new Undefined(
                "a template must not change its values (%s.%s); build a new %s with set".formatted(type, name, type));
    }

    private static @Nullable Object ofList(List<Object> list, String name, boolean tuple) {
        if (!tuple && CHANGE_LIST.contains(name)) {
            return forbidden("list", name);
        }
        return switch (name) {
            case "index" ->
                (Callable) (run, arguments) -> {
                    Object wanted = arguments.bind("index", "value").get(0);
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(list.get(i), wanted, run.budget())) {
                            return (long) i;
                        }
                    }
                    throw new Fault("the value is not in the list");
                };
            case "count" ->
                (Callable) (run, arguments) -> {
                    Object wanted = arguments.bind("count", "value").get(0);
                    return list.stream()
                            .filter(item -> Values.equal(item, wanted, run.budget()))
                            .count();
                };
            case "copy" -> tuple ? null : (Callable) (run, arguments) -> list;
            default -> null;
        };
    }

    private static @Nullable Object ofDict(Dict dict, String name) {
        if (CHANGE_DICT.contains(name)) {
            return forbidden("dict", name);
        }
        return switch (name) {
            case "get" ->
                (Callable) (run, arguments) -> {
                    Arguments.Bound given = arguments.bind("get", "key", "default");
                    Object value = dict.get(given.get(0));
                    return value == null ? given.get(1, None.NONE) : value;
                };
            case "items" -> (Callable) (run, arguments) -> pairs(dict, run.budget());
            case "keys" -> (Callable) (run, arguments) -> Values.items(dict, run.budget());
            case "values" ->
                (Callable) (run, arguments) -> {
                    run.budget().list(dict.size());
                    List<Object> values = new ArrayList<>();
                    dict.entries().forEach(entry -> values.add(entry.value()));
                    return values;
                };
            case "copy" -> (Callable) (run, arguments) -> dict;
            default -> null;
        };
    }

    /** Keys and values of a dict as a list of tuples. */
    static List<Object> pairs(Dict dict, Budget budget) {
        budget.list(dict.size());
        List<Object> pairs = new ArrayList<>();
        dict.entries().forEach(entry -> pairs.add(Tuple.of(entry.key(), entry.value())));
        return pairs;
    }

    /** Follows a path such as {@code function.name} or {@code 0.text} from a value. */
    static Object path(Object value, Object path) {
        String text = Values.string(path);
        if (text == null) {
            return item(value, path);
        }
        Object found = value;
        for (String part : text.split("\\.", -1)) {
            boolean index =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            found = item(found, index ? (Object) Long.parseLong(part) : part);
        }
        return found;
    }
}
