package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binary operators, indexing and slicing. */
final class Operators {
    private Operators() {}

    static Object apply(String operator, Object a, Object b, Budget budget) {
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            Object result = Numbers.apply(operator, a, b);
            if (result != null) {
                return result;
            }
        }
        Object result = switch (operator) {
            case "+" -> add(a, b, budget);
            case "*" -> Numbers.isWhole(a) ? repeat(b, a, budget) : repeat(a, b, budget);
            case "%" -> Values.string(a) == null ? null : format(Values.string(a), b, budget);
            default -> null;
        };
        if (result == null) {
            if (a instanceof Undefined undefined) {
                throw undefined.fault();
            }
            if (b instanceof Undefined undefined) {
                throw undefined.fault();
            }
            throw new Fault("'%s' does not work between %s and %s".formatted(operator, Values.type(a), Values.type(b)));
        }
        return result;
    }

    private static @Nullable Object format(@Nullable String pattern, Object values, Budget budget) {
        return pattern == null ? null : Format.percent(pattern, values, budget);
    }

    private static @Nullable Object add(Object a, Object b, Budget budget) {
        String left = Values.string(a);
        String right = Values.string(b);
        if (left != null && right != null) {
            budget.text((long) left.length() + right.length());
            if (a instanceof Markup || b instanceof Markup) {
                return new Markup((a instanceof Markup ? left : Text.escapeHtml(left))
                        + (b instanceof Markup ? right : Text.escapeHtml(right)));
            }
            return left + right;
        }
        List<Object> first = Values.list(a);
        List<Object> second = Values.list(b);
        if (first == null || second == null || a instanceof Tuple != b instanceof Tuple) {
            return null;
        }
        budget.list((long) first.size() + second.size());
        List<Object> sum = new ArrayList<>(first.size() + second.size());
        sum.addAll(first);
        sum.addAll(second);
        return a instanceof Tuple ? new Tuple(sum) : sum;
    }

    private static @Nullable Object repeat(Object value, Object times, Budget budget) {
        String text = Values.string(value);
        List<Object> list = Values.list(value);
        if (!Numbers.isWhole(times) || (text == null && list == null)) {
            return null;
        }
        long count = Math.max(
                0,
                Math.min(Integer.MAX_VALUE, Numbers.whole(times).min(BILLIONS).longValue()));
        if (text != null) {
            if (text.isEmpty()) {
                return "";
            }
            budget.text(text.length() * count);
            return text.repeat((int) count);
        }
        List<Object> items = list == null ? List.of() : list;
        budget.list(items.size() * count);
        List<Object> repeated = new ArrayList<>();
        for (long i = 0; i < count && !items.isEmpty(); i++) {
            repeated.addAll(items);
        }
        return value instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    private static final java.math.BigInteger BILLIONS = java.math.BigInteger.valueOf(Integer.MAX_VALUE);

    /** The item of a list, string or dict, or null where there is none. */
    static @Nullable Object item(Object target, Object key) {
        if (target instanceof Dict dict) {
            return Values.list(key) != null || key instanceof Dict ? null : dict.get(key);
        }
        if (!(key instanceof Long) && !(key instanceof Boolean)) {
            return null;
        }
        int length = Values.length(target);
        if (length < 0 || target instanceof Undefined) {
            return null;
        }
        long index = Numbers.whole(key).longValue();
        index = index < 0 ? index + length : index;
        if (index < 0 || index >= length) {
            return null;
        }
        List<Object> list = Values.list(target);
        if (list != null) {
            return list.get((int) index);
        }
        String text = Values.string(target);
        return text == null ? null : Character.toString(text.codePointAt(Text.offset(text, (int) index)));
    }

    /** Python's {@code target[from:to:step]}; an absent bound is none. */
    static Object slice(Object target, Object from, Object to, Object step, Budget budget) {
        String text = Values.string(target);
        List<Object> list = Values.list(target);
        if (text == null && list == null) {
            throw target instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("a %s cannot be sliced".formatted(Values.type(target)));
        }
        int stride = bound(step, 1);
        if (stride == 0) {
            throw new Fault("the step of a slice must not be zero");
        }
        int length = Values.length(target);
        int start = clamp(bound(from, stride > 0 ? 0 : Integer.MAX_VALUE), length, stride);
        int end = to == None.NONE && stride < 0 ? -1 : clamp(bound(to, Integer.MAX_VALUE), length, stride);
        if (text != null) {
            budget.text(text.length());
            if (stride == 1) {
                return start >= end ? "" : text.substring(Text.offset(text, start), Text.offset(text, end));
            }
            int[] points = text.codePoints().toArray();
            StringBuilder slice = new StringBuilder();
            for (long i = start; stride > 0 ? i < end : i > end; i += stride) {
                slice.appendCodePoint(points[(int) i]);
            }
            return slice.toString();
        }
        List<Object> items = list == null ? List.of() : list;
        budget.list(items.size());
        List<Object> slice = new ArrayList<>();
        for (long i = start; stride > 0 ? i < end : i > end; i += stride) {
            slice.add(items.get((int) i));
        }
        return target instanceof Tuple ? new Tuple(slice) : slice;
    }

    private static int bound(Object value, int absent) {
        if (value == None.NONE) {
            return absent;
        }
        if (!Numbers.isWhole(value)) {
            throw value instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("the bounds of a slice must be whole numbers, not a %s".formatted(Values.type(value)));
        }
        return Numbers.whole(value).max(BILLIONS.negate()).min(BILLIONS).intValue();
    }

    private static int clamp(int index, int length, int stride) {
        long from = index < 0 ? (long) index + length : index;
        long lowest = stride > 0 ? 0 : -1;
        long highest = stride > 0 ? length : length - 1;
        return (int) Math.max(lowest, Math.min(highest, from));
    }
}
