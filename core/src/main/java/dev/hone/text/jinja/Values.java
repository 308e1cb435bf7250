package dev.hone.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The behaviour of Python values under its protocols: truth, equality, order, length, iteration, membership.
 *
 * <p>Values are {@link None}, Boolean, Long (BigInteger beyond it), Double, String, {@link Markup}, List, {@link Tuple}, {@link Dict},
 * {@link Stream}, {@link Namespace}, {@link Callable}, {@link Loop} and {@link Undefined}. None of them changes, except for namespaces.
 */
final class Values {
    private Values() {}

    /** The value of a Java object: null, numbers, strings, booleans, maps, lists and other collections, however nested. */
    static Object of(@Nullable Object java) {
        if (java == null) {
            return None.NONE;
        }
        if (java instanceof Boolean || java instanceof Long || java instanceof Double) {
            return java;
        }
        if (java instanceof CharSequence text) {
            return text.toString();
        }
        if (java instanceof Integer || java instanceof Short || java instanceof Byte) {
            return ((Number) java).longValue();
        }
        if (java instanceof BigInteger number) {
            return Numbers.narrow(number);
        }
        if (java instanceof Float || java instanceof BigDecimal) {
            return ((Number) java).doubleValue();
        }
        if (java instanceof Map<?, ?> map) {
            Dict dict = new Dict();
            map.forEach((key, value) -> dict.put(of(key), of(value)));
            return dict;
        }
        if (java instanceof Iterable<?> items) {
            List<Object> list = new ArrayList<>();
            items.forEach(item -> list.add(of(item)));
            return list;
        }
        throw new IllegalArgumentException(
                "a template cannot use a %s; give it null, numbers, strings, booleans, maps and lists"
                        .formatted(java.getClass().getName()));
    }

    /** The value as a list, or null if it is neither list nor tuple. */
    @SuppressWarnings("unchecked")
    static @Nullable List<Object> list(Object value) {
        if (value instanceof Tuple tuple) {
            return tuple.items();
        }
        return value instanceof List<?> list ? (List<Object>) list : null;
    }

    /** The value as a string, or null if it is none. */
    static @Nullable String string(Object value) {
        return value instanceof Markup markup ? markup.text() : value instanceof String text ? text : null;
    }

    /** Name of the value's type in Python. */
    static String type(Object value) {
        if (value instanceof None) {
            return "NoneType";
        } else if (value instanceof Boolean) {
            return "bool";
        } else if (value instanceof Long || value instanceof BigInteger) {
            return "int";
        } else if (value instanceof Double) {
            return "float";
        } else if (value instanceof String) {
            return "str";
        } else if (value instanceof List) {
            return "list";
        } else if (value instanceof Dict) {
            return "dict";
        } else if (value instanceof Stream) {
            return "generator";
        } else if (value instanceof Callable) {
            return "function";
        }
        return value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        } else if (value instanceof String text) {
            return !text.isEmpty();
        } else if (value instanceof Long number) {
            return number != 0;
        } else if (value instanceof Double number) {
            return number != 0;
        } else if (value instanceof Markup markup) {
            return !markup.text().isEmpty();
        } else if (value instanceof Dict dict) {
            return dict.size() > 0;
        }
        List<Object> list = list(value);
        return list == null ? !(value instanceof None || value instanceof Undefined) : !list.isEmpty();
    }

    static boolean equal(Object a, Object b, Budget budget) {
        budget.spend(1);
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return Numbers.compare(a, b) == 0 && !Numbers.isNan(a) && !Numbers.isNan(b);
        }
        String text = string(a);
        if (text != null) {
            budget.spend(text.length() / 16);
            return text.equals(string(b));
        }
        if (a instanceof Undefined) {
            return b instanceof Undefined;
        }
        if (a instanceof Dict x) {
            return b instanceof Dict y && equal(x, y, budget);
        }
        List<Object> left = list(a);
        List<Object> right = list(b);
        if (left == null || right == null || a instanceof Tuple != b instanceof Tuple) {
            return a == b;
        }
        return left.size() == right.size() && firstDifference(left, right, budget) == left.size();
    }

    private static boolean equal(Dict a, Dict b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        budget.enter();
        try {
            for (Dict.Entry entry : a.entries()) {
                Object other = b.get(entry.key());
                if (other == null || !equal(entry.value(), other, budget)) {
                    return false;
                }
            }
            return true;
        } finally {
            budget.leave();
        }
    }

    private static int firstDifference(List<Object> a, List<Object> b, Budget budget) {
        budget.enter();
        try {
            int shared = Math.min(a.size(), b.size());
            for (int i = 0; i < shared; i++) {
                if (!equal(a.get(i), b.get(i), budget)) {
                    return i;
                }
            }
            return shared;
        } finally {
            budget.leave();
        }
    }

    /** Negative, zero or positive as in {@link Comparable}; types without an order between them are a fault. */
    static int compare(Object a, Object b, Budget budget) {
        budget.spend(1);
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return Numbers.compare(a, b);
        }
        String text = string(a);
        String other = string(b);
        if (text != null && other != null) {
            budget.spend(Math.min(text.length(), other.length()) / 16);
            return Text.compare(text, other);
        }
        List<Object> left = list(a);
        List<Object> right = list(b);
        if (left != null && right != null && a instanceof Tuple == b instanceof Tuple) {
            int at = firstDifference(left, right, budget);
            if (at == left.size() || at == right.size()) {
                return Integer.compare(left.size(), right.size());
            }
            budget.enter();
            try {
                return compare(left.get(at), right.get(at), budget);
            } finally {
                budget.leave();
            }
        }
        if (a instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.fault();
        }
        throw new Fault("a %s and a %s have no order".formatted(type(a), type(b)));
    }

    /** Length of a value that has one, otherwise -1. */
    static int length(Object value) {
        String text = string(value);
        if (text != null) {
            return Text.length(text);
        }
        List<Object> list = list(value);
        if (list != null) {
            return list.size();
        }
        return value instanceof Dict dict ? dict.size() : value instanceof Undefined ? 0 : -1;
    }

    static boolean isIterable(Object value) {
        return length(value) >= 0 || value instanceof Stream;
    }

    /** The items a loop walks through: those of a list, the characters of a string, the keys of a dict. */
    static List<Object> items(Object value, Budget budget) {
        List<Object> list = list(value);
        if (list == null) {
            String text = string(value);
            if (text != null) {
                budget.list(text.length());
                list = new ArrayList<>(text.length());
                for (int i = 0; i < text.length(); ) {
                    int c = text.codePointAt(i);
                    list.add(Character.toString(c));
                    i += Character.charCount(c);
                }
                return list;
            } else if (value instanceof Dict dict) {
                list = new ArrayList<>(dict.size());
                for (Dict.Entry entry : dict.entries()) {
                    list.add(entry.key());
                }
            } else if (value instanceof Stream stream) {
                list = stream.take();
            } else if (value instanceof Undefined) {
                list = List.of();
            } else {
                throw new Fault("a %s cannot be iterated over".formatted(type(value)));
            }
        }
        budget.list(list.size());
        return list;
    }

    static boolean contains(Object container, Object item, Budget budget) {
        String text = string(container);
        if (text != null) {
            String part = string(item);
            if (part == null) {
                throw item instanceof Undefined undefined
                        ? undefined.fault()
                        : new Fault("a %s cannot be looked for in a string".formatted(type(item)));
            }
            budget.search(text.length(), part.length());
            return text.contains(part);
        }
        if (container instanceof Dict dict) {
            return dict.has(item);
        }
        for (Object candidate : items(container, budget)) {
            if (equal(candidate, item, budget)) {
                return true;
            }
        }
        return false;
    }
}
