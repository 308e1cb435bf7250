package dev.hone.text.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluated arguments of a call, by position and by name. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    Arguments from(int first) {
        return new Arguments(positional.subList(first, positional.size()), named);
    }

    /** Matches the arguments with a function's parameters; one too many, doubled or unknown is a fault. */
    Bound bind(String function, String... parameters) {
        @Nullable Object[] values = new @Nullable Object[parameters.length];
        if (positional.size() > parameters.length) {
            throw new Fault(
                    "%s takes at most %d arguments, not %d".formatted(function, parameters.length, positional.size()));
        }
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
        }
        named.forEach((name, value) -> {
            int index = List.of(parameters).indexOf(name);
            if (index < 0) {
                throw new Fault("%s has no argument %s; it takes %s"
                        .formatted(function, name, parameters.length == 0 ? "none" : String.join(", ", parameters)));
            }
            if (values[index] != null) {
                throw new Fault("%s is given its argument %s twice".formatted(function, name));
            }
            values[index] = value;
        });
        return new Bound(function, parameters, values);
    }

    /** Arguments in the order of a function's parameters; one that was left out takes the fallback. */
    record Bound(
            String function, String[] parameters, @Nullable Object[] values) {
        boolean has(int index) {
            return values[index] != null;
        }

        Object get(int index) {
            Object value = values[index];
            if (value == null) {
                throw new Fault("%s needs its argument %s".formatted(function, parameters[index]));
            }
            return value;
        }

        Object get(int index, Object fallback) {
            Object value = values[index];
            return value == null ? fallback : value;
        }

        boolean flag(int index, boolean fallback) {
            return Values.truth(get(index, fallback));
        }

        String text(int index) {
            Object value = get(index);
            if (value instanceof Markup markup) {
                return markup.text();
            }
            if (value instanceof String text) {
                return text;
            }
            throw wrong(index, "a string", value);
        }

        String text(int index, String fallback) {
            return values[index] == null ? fallback : text(index);
        }

        /** A text that may be left out or be none. */
        @Nullable
        String optional(int index) {
            return values[index] == null || values[index] == None.NONE ? null : text(index);
        }

        int integer(int index, int fallback) {
            Object value = get(index, (long) fallback);
            if (value instanceof Boolean flag) {
                return flag ? 1 : 0;
            }
            if (value instanceof Long number) {
                return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
            }
            throw wrong(index, "an integer", value);
        }

        private Fault wrong(int index, String wanted, Object value) {
            return value instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("%s wants %s for %s, not a %s"
                            .formatted(function, wanted, parameters[index], Values.type(value)));
        }
    }
}
