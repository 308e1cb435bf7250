package dev.hone.text.jinja;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** Functions every template can call. */
final class Globals {
    private static final int LONGEST_RANGE = 100_000;

    private Globals() {}

    static VariableScope scope() {
        VariableScope globals = new VariableScope(null);
        globals.set("range", (Callable) Globals::range);
        globals.set("namespace", (Callable) Globals::namespace);
        globals.set("dict", (Callable) (run, arguments) -> dict(run, arguments));
        globals.set("raise_exception", (Callable) (run, arguments) -> {
            Object message = arguments.bind("raise_exception", "message").get(0);
            throw new Fault("the template refuses: " + Repr.text(message, run.budget()));
        });
        globals.set("strftime_now", (Callable) (run, arguments) -> {
            String pattern = arguments.bind("strftime_now", "format").text(0);
            run.budget().text(pattern.length() * 8L);
            return Strftime.format(ZonedDateTime.now(run.clock()), pattern);
        });
        return globals;
    }

    private static Object range(Run run, Arguments arguments) {
        Arguments.Bound given = arguments.bind("range", "start", "stop", "step");
        given.get(0);
        long start = given.has(1) ? given.integer(0, 0) : 0;
        long stop = given.has(1) ? given.integer(1, 0) : given.integer(0, 0);
        long step = given.integer(2, 1);
        if (step == 0) {
            throw new Fault("the step of a range must not be zero");
        }
        long count = Math.max(0, step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step);
        if (count > LONGEST_RANGE) {
            throw new Fault("a range of %,d numbers is longer than the limit of %,d".formatted(count, LONGEST_RANGE));
        }
        run.budget().list(count);
        List<Object> numbers = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            numbers.add(start + i * step);
        }
        return numbers;
    }

    private static Object namespace(Run run, Arguments arguments) {
        Namespace namespace = new Namespace();
        for (Dict.Entry entry : dict(run, arguments).entries()) {
            namespace.attributes().put(Repr.text(entry.key(), run.budget()), entry.value());
        }
        return namespace;
    }

    private static Dict dict(Run run, Arguments arguments) {
        Dict dict = new Dict();
        if (arguments.positional().size() > 1) {
            throw new Fault("dict takes one dict or list of pairs, and named values");
        }
        for (Object source : arguments.positional()) {
            List<Object> pairs = source instanceof Dict other
                    ? Attributes.pairs(other, run.budget())
                    : Values.items(source, run.budget());
            for (Object pair : pairs) {
                List<Object> parts = Values.items(pair, run.budget());
                if (parts.size() != 2) {
                    throw new Fault("dict wants pairs, not %d values".formatted(parts.size()));
                }
                dict.put(parts.get(0), parts.get(1));
            }
        }
        arguments.named().forEach(dict::put);
        return dict;
    }
}
