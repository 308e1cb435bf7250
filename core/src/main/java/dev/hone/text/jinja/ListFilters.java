package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Filters over the items of a value. Those that are generators in Python give a {@link Stream}. */
final class ListFilters {
    private ListFilters() {}

    static void addTo(Map<String, Filters.Filter> filters) {
        filters.put("length", ListFilters::length);
        filters.put("count", ListFilters::length);
        filters.put("list", (run, value, given) -> Values.items(value, run.budget()));
        filters.put("items", ListFilters::items);
        filters.put("first", (run, value, given) -> {
            List<Object> items = Values.items(value, run.budget());
            return items.isEmpty() ? new Undefined("there is no first item, the sequence is empty") : items.get(0);
        });
        filters.put("last", (run, value, given) -> {
            List<Object> items = Values.items(value, run.budget());
            return items.isEmpty()
                    ? new Undefined("there is no last item, the sequence is empty")
                    : items.get(items.size() - 1);
        });
        filters.put("join", ListFilters::join);
        filters.put("map", ListFilters::map);
        filters.put("select", (run, value, given) -> select(run, value, given, true, false));
        filters.put("reject", (run, value, given) -> select(run, value, given, false, false));
        filters.put("selectattr", (run, value, given) -> select(run, value, given, true, true));
        filters.put("rejectattr", (run, value, given) -> select(run, value, given, false, true));
        filters.put("reverse", ListFilters::reverse);
        filters.put("unique", ListFilters::unique);
        filters.put("sort", ListFilters::sort);
        filters.put("dictsort", ListFilters::dictSort);
        filters.put("groupby", ListFilters::groupBy);
        filters.put("sum", ListFilters::sum);
        filters.put(
                "min",
                (run, value, given) -> extreme(run, value, given.bind("min", "case_sensitive", "attribute"), -1));
        filters.put(
                "max", (run, value, given) -> extreme(run, value, given.bind("max", "case_sensitive", "attribute"), 1));
        filters.put("batch", ListFilters::batch);
        filters.put("slice", ListFilters::slice);
    }

    private static Object length(Run run, Object value, Arguments arguments) {
        int length = Values.length(value);
        if (length < 0) {
            throw new Fault("a %s has no length".formatted(Values.type(value)));
        }
        return (long) length;
    }

    private static Object items(Run run, Object value, Arguments arguments) {
        if (value instanceof Undefined) {
            return new Stream(List::of);
        }
        if (!(value instanceof Dict dict)) {
            throw new Fault("items wants a dict, not a %s".formatted(Values.type(value)));
        }
        return new Stream(() -> Attributes.pairs(dict, run.budget()));
    }

    /** The value itself, or what a path from it leads to; text without regard to case, if so wanted. */
    private static Function<Object, Object> key(Object path, boolean foldCase) {
        return item -> {
            Object found = path == None.NONE ? item : Attributes.path(item, path);
            String text = foldCase ? Values.string(found) : null;
            return text == null ? found : Text.lower(text);
        };
    }

    private static Object join(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("join", "d", "attribute");
        String separator = Repr.text(given.get(0, ""), run.budget());
        Function<Object, Object> key = key(given.get(1, None.NONE), false);
        Buffer out = run.budget().buffer();
        String between = "";
        for (Object item : Values.items(value, run.budget())) {
            out.append(between).append(Repr.text(key.apply(item), run.budget()));
            between = separator;
        }
        return out.toString();
    }

    /** The items of a value; none, false and zero count as empty where a filter passes its input on. */
    private static List<Object> walked(Run run, Object value) {
        return Values.truth(value) ? Values.items(value, run.budget()) : List.of();
    }

    private static Object map(Run run, Object value, Arguments arguments) {
        Function<Object, Object> change;
        if (arguments.positional().isEmpty()) {
            Arguments.Bound given = arguments.bind("map", "attribute", "default");
            Object path = given.get(0);
            change = item -> {
                Object found = Attributes.path(item, path);
                return found instanceof Undefined && given.has(1) ? given.get(1) : found;
            };
        } else {
            String name = Repr.text(arguments.positional().get(0), run.budget());
            Filters.Filter filter = Filters.named(name);
            change = item -> filter.apply(run, item, arguments.from(1));
        }
        return new Stream(() -> {
            List<Object> mapped = new ArrayList<>();
            for (Object item : walked(run, value)) {
                mapped.add(change.apply(item));
            }
            return mapped;
        });
    }

    private static Object select(Run run, Object value, Arguments arguments, boolean keep, boolean byAttribute) {
        int given = arguments.positional().size();
        if (byAttribute && given == 0) {
            throw new Fault("selectattr and rejectattr need the name of an attribute");
        }
        Function<Object, Object> key = key(byAttribute ? arguments.positional().get(0) : None.NONE, false);
        int at = byAttribute ? 1 : 0;
        Predicate<Object> test = Values::truth;
        if (given > at) {
            Tests.Test named = Tests.named(Repr.text(arguments.positional().get(at), run.budget()));
            test = item -> named.holds(run, item, arguments.from(at + 1));
        }
        Predicate<Object> kept = keep ? test : test.negate();
        return new Stream(() -> {
            List<Object> selected = new ArrayList<>();
            for (Object item : walked(run, value)) {
                if (kept.test(key.apply(item))) {
                    selected.add(item);
                }
            }
            return selected;
        });
    }

    private static Object reverse(Run run, Object value, Arguments arguments) {
        String text = Values.string(value);
        if (text != null) {
            run.budget().text(text.length());
            return new StringBuilder(text).reverse().toString();
        }
        List<Object> reversed = new ArrayList<>(Values.items(value, run.budget()));
        Collections.reverse(reversed);
        return new Stream(() -> reversed);
    }

    private static Object unique(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("unique", "case_sensitive", "attribute");
        Function<Object, Object> key = key(given.get(1, None.NONE), !given.flag(0, false));
        return new Stream(() -> {
            Set<Object> seen = new HashSet<>();
            List<Object> unique = new ArrayList<>();
            for (Object item : Values.items(value, run.budget())) {
                if (seen.add(Dict.same(key.apply(item)))) {
                    unique.add(item);
                }
            }
            return unique;
        });
    }

    private static List<Object> sorted(Run run, List<Object> items, Function<Object, Object> key, boolean reverse) {
        Comparator<Object> order = (a, b) -> Values.compare(key.apply(a), key.apply(b), run.budget());
        List<Object> sorted = new ArrayList<>(items);
        try {
            sorted.sort(reverse ? order.reversed() : order);
        } catch (IllegalArgumentException unordered) {
            throw new Fault("the items have no consistent order");
        }
        return sorted;
    }

    private static Object sort(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        boolean foldCase = !given.flag(1, false);
        String paths = Values.string(given.get(2, None.NONE));
        List<Object> items = Values.items(value, run.budget());
        if (paths == null || paths.indexOf(',') < 0) {
            return sorted(run, items, key(given.get(2, None.NONE), foldCase), given.flag(0, false));
        }
        List<Function<Object, Object>> keys = new ArrayList<>();
        for (String path : paths.split(",", -1)) {
            keys.add(key(path, foldCase));
        }
        Function<Object, Object> all = item -> {
            List<Object> parts = new ArrayList<>();
            keys.forEach(one -> parts.add(one.apply(item)));
            return parts;
        };
        return sorted(run, items, all, given.flag(0, false));
    }

    private static Object dictSort(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        if (!(value instanceof Dict dict)) {
            throw new Fault("dictsort wants a dict, not a %s".formatted(Values.type(value)));
        }
        String by = given.text(1, "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new Fault("dictsort goes by key or by value, not by '%s'".formatted(by));
        }
        Function<Object, Object> key = key(by.equals("key") ? 0L : 1L, !given.flag(0, false));
        return sorted(run, Attributes.pairs(dict, run.budget()), key, given.flag(2, false));
    }

    private static Object groupBy(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("groupby", "attribute", "default", "case_sensitive");
        Function<Object, Object> path = key(given.get(0), !given.flag(2, false));
        Function<Object, Object> key = item -> {
            Object found = path.apply(item);
            return found instanceof Undefined && given.has(1) ? given.get(1) : found;
        };
        List<Object> groups = new ArrayList<>();
        List<Object> members = new ArrayList<>();
        Object current = None.NONE;
        for (Object item : sorted(run, Values.items(value, run.budget()), key, false)) {
            Object name = key.apply(item);
            if (members.isEmpty() || !Values.equal(current, name, run.budget())) {
                members = new ArrayList<>();
                current = name;
                groups.add(Tuple.of(Attributes.path(item, given.get(0)), members));
            }
            members.add(item);
        }
        return groups;
    }

    private static Object sum(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("sum", "attribute", "start");
        Function<Object, Object> key = key(given.get(0, None.NONE), false);
        Object sum = given.get(1, 0L);
        for (Object item : Values.items(value, run.budget())) {
            sum = Operators.apply("+", sum, key.apply(item), run.budget());
        }
        return sum;
    }

    private static Object extreme(Run run, Object value, Arguments.Bound given, int sign) {
        Function<Object, Object> key = key(given.get(1, None.NONE), !given.flag(0, false));
        Object best = new Undefined("an empty sequence has no smallest or largest item");
        for (Object item : Values.items(value, run.budget())) {
            if (best instanceof Undefined
                    || sign * Values.compare(key.apply(item), key.apply(best), run.budget()) > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object batch(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("batch", "linecount", "fill_with");
        int size = Math.max(1, given.integer(0, 1));
        List<Object> items = Values.items(value, run.budget());
        List<Object> batches = new ArrayList<>();
        for (long i = 0; i < items.size(); i += size) {
            List<Object> batch = new ArrayList<>(items.subList((int) i, (int) Math.min(items.size(), i + size)));
            if (given.get(1, None.NONE) != None.NONE) {
                run.budget().list(size);
                batch.addAll(Collections.nCopies(size - batch.size(), given.get(1)));
            }
            batches.add(batch);
        }
        return new Stream(() -> batches);
    }

    private static Object slice(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("slice", "slices", "fill_with");
        int count = Math.max(1, given.integer(0, 1));
        List<Object> items = Values.items(value, run.budget());
        run.budget().list(count);
        List<Object> slices = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < count; i++) {
            int end = start + items.size() / count + (i < items.size() % count ? 1 : 0);
            List<Object> slice = new ArrayList<>(items.subList(start, end));
            if (given.get(1, None.NONE) != None.NONE && items.size() % count != 0 && i >= items.size() % count) {
                slice.add(given.get(1));
            }
            slices.add(slice);
            start = end;
        }
        return new Stream(() -> slices);
    }
}
