package dev.hone.text.jinja;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of tests: what may follow {@code is}. */
final class Tests {
    /** A question about a value. */
    @FunctionalInterface
    interface Test {
        boolean holds(Run run, Object value, Arguments arguments);
    }

    private static final Map<String, Test> TESTS = Map.ofEntries(
            Map.entry("defined", (run, value, none) -> !(value instanceof Undefined)),
            Map.entry("undefined", (run, value, none) -> value instanceof Undefined),
            Map.entry("none", (run, value, none) -> value instanceof None),
            Map.entry("boolean", (run, value, none) -> value instanceof Boolean),
            Map.entry("true", (run, value, none) -> Boolean.TRUE.equals(value)),
            Map.entry("false", (run, value, none) -> Boolean.FALSE.equals(value)),
            Map.entry("integer", (run, value, none) -> Numbers.isWhole(value) && !(value instanceof Boolean)),
            Map.entry("float", (run, value, none) -> value instanceof Double),
            Map.entry("number", (run, value, none) -> Numbers.isNumber(value)),
            Map.entry("string", (run, value, none) -> Values.string(value) != null),
            Map.entry("mapping", (run, value, none) -> value instanceof Dict),
            Map.entry("iterable", (run, value, none) -> Values.isIterable(value)),
            Map.entry("sequence", (run, value, none) -> Values.length(value) >= 0),
            Map.entry("callable", (run, value, none) -> value instanceof Callable),
            Map.entry(
                    "sameas",
                    (run, value, given) ->
                            same(value, given.bind("sameas", "other").get(0))),
            Map.entry("escaped", (run, value, none) -> value instanceof Markup),
            Map.entry("lower", (run, value, none) -> {
                String text = Repr.text(value, run.budget());
                return text.equals(Text.lower(text)) && !text.equals(Text.upper(text));
            }),
            Map.entry("upper", (run, value, none) -> {
                String text = Repr.text(value, run.budget());
                return text.equals(Text.upper(text)) && !text.equals(Text.lower(text));
            }),
            Map.entry("odd", (run, value, none) -> remainder(run, value, 2L) == 1),
            Map.entry("even", (run, value, none) -> remainder(run, value, 2L) == 0),
            Map.entry(
                    "divisibleby",
                    (run, value, given) -> remainder(
                                    run, value, given.bind("divisibleby", "num").get(0))
                            == 0),
            Map.entry(
                    "in",
                    (run, value, given) ->
                            Values.contains(given.bind("in", "seq").get(0), value, run.budget())),
            Map.entry("filter", (run, value, none) -> Filters.find(Repr.text(value, run.budget())) != null),
            Map.entry("test", (run, value, none) -> find(Repr.text(value, run.budget())) != null));

    private static final Map<String, String> COMPARISONS = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="));

    private static final Set<String> WITH_ARGUMENT = Set.of("sameas", "divisibleby", "in");

    private Tests() {}

    static @Nullable Test find(String name) {
        String operator = COMPARISONS.get(name);
        if (operator != null) {
            return (run, value, given) -> Expression.Comparison.holds(
                    operator, value, given.bind(name, "other").get(0), run.budget());
        }
        Test test = TESTS.get(name);
        if (test == null || WITH_ARGUMENT.contains(name)) {
            return test;
        }
        return (run, value, given) -> {
            given.bind("is " + name);
            return test.holds(run, value, given);
        };
    }

    static Test named(String name) {
        Test test = find(name);
        if (test == null) {
            throw new Fault("there is no test %s; known are %s"
                    .formatted(name, String.join(", ", new TreeMap<>(TESTS).keySet())));
        }
        return test;
    }

    private static boolean same(Object a, Object b) {
        boolean scalar = a instanceof Boolean || a instanceof Long || a instanceof String;
        return a == b || (scalar && a.equals(b));
    }

    private static long remainder(Run run, Object value, Object divisor) {
        Object rest = Operators.apply("%", value, divisor, run.budget());
        return rest instanceof Double real
                ? (real == 0 ? 0 : real == 1 ? 1 : 2)
                : rest instanceof Long whole ? whole : 2;
    }
}
