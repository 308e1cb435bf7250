package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments as written at a call, before they are evaluated. */
record Actuals(
        List<Expression> positional,
        Map<String, Expression> named,
        @Nullable Expression spreadList,
        @Nullable Expression spreadDict) {
    static final Actuals NONE = new Actuals(List.of(), Map.of(), null, null);

    Arguments evaluate(Run run) {
        if (this == NONE) {
            return Arguments.NONE;
        }
        List<Object> values = new ArrayList<>();
        for (Expression argument : positional) {
            values.add(run.value(argument));
        }
        if (spreadList != null) {
            values.addAll(Values.items(run.value(spreadList), run.budget()));
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, argument) -> byName.put(name, run.value(argument)));
        if (spreadDict != null) {
            if (!(run.value(spreadDict) instanceof Dict dict)) {
                throw new Fault("only a dict can follow ** in a call");
            }
            for (Dict.Entry entry : dict.entries()) {
                String name = Values.string(entry.key());
                if (name == null || byName.put(name, entry.value()) != null) {
                    throw new Fault("the dict after ** must have new names as keys");
                }
            }
        }
        return new Arguments(values, byName);
    }
}
