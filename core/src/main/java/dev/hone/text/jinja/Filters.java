package dev.hone.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of filters: what may follow a bar. */
final class Filters {
    /** A function of the value before the bar and the arguments in parentheses. */
    @FunctionalInterface
    interface Filter {
        Object apply(Run run, Object value, Arguments arguments);
    }

    private static final Map<String, Filter> FILTERS = table();

    private Filters() {}

    private static Map<String, Filter> table() {
        Map<String, Filter> filters = new HashMap<>();
        filters.put("tojson", JsonText::filter);
        filters.put("default", Filters::defaulted);
        filters.put("d", Filters::defaulted);
        filters.put("attr", (run, value, given) -> {
            String name = given.bind("attr", "name").text(0);
            return value instanceof Dict
                    ? new Undefined("a dict has no attribute '" + name + "'")
                    : Attributes.attribute(value, name);
        });
        NumberFilters.addTo(filters);
        TextFilters.addTo(filters);
        ListFilters.addTo(filters);
        return Map.copyOf(filters);
    }

    static @Nullable Filter find(String name) {
        return FILTERS.get(name);
    }

    static Filter named(String name) {
        Filter filter = find(name);
        if (filter == null) {
            throw new Fault("there is no filter %s; known are %s"
                    .formatted(name, String.join(", ", new TreeMap<>(FILTERS).keySet())));
        }
        return filter;
    }

    private static Object defaulted(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("default", "default_value", "boolean");
        boolean missing = value instanceof Undefined || (given.flag(1, false) && !Values.truth(value));
        return missing ? given.get(0, "") : value;
    }
}
