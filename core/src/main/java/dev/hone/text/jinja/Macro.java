package dev.hone.text.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A macro or the body of a call block, together with the scope it was written in. */
record Macro(Definition definition, VariableScope scope) implements Callable {
    /**
     * A macro as written.
     *
     * @param uses those of the names varargs, kwargs and caller that the body mentions; without them, arguments beyond the parameters are errors
     */
    record Definition(String name, List<Parameter> parameters, List<Statement> body, Set<String> uses) {}

    /** A parameter and its default. */
    record Parameter(String name, @Nullable Expression fallback) {}

    @Override
    public Object call(Run run, Arguments arguments) {
        String name = definition.name();
        List<Parameter> parameters = definition.parameters();
        VariableScope inner = new VariableScope(scope);
        List<Object> positional = arguments.positional();
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Object value = named.remove(parameter.name());
            if (i < positional.size()) {
                if (value != null) {
                    throw new Fault("macro %s is given its argument %s twice".formatted(name, parameter.name()));
                }
                value = positional.get(i);
            } else if (value == null) {
                Expression fallback = parameter.fallback();
                value = fallback == null
                        ? new Undefined("macro %s was not given its argument '%s'".formatted(name, parameter.name()))
                        : run.within(inner, () -> run.value(fallback));
            }
            inner.set(parameter.name(), value);
        }
        special(inner, positional, named);
        return run.capture(inner, definition.body());
    }

    private void special(VariableScope inner, List<Object> positional, Map<String, Object> named) {
        int expected = definition.parameters().size();
        if (definition.uses().contains("caller")) {
            Object caller = named.remove("caller");
            inner.set("caller", caller == null ? new Undefined("no caller is defined") : caller);
        }
        if (definition.uses().contains("varargs")) {
            inner.set(
                    "varargs", new Tuple(positional.subList(Math.min(expected, positional.size()), positional.size())));
        } else if (positional.size() > expected) {
            throw new Fault("macro %s takes at most %d arguments, not %d"
                    .formatted(definition.name(), expected, positional.size()));
        }
        if (definition.uses().contains("kwargs")) {
            Dict others = new Dict();
            named.forEach(others::put);
            inner.set("kwargs", others);
        } else if (!named.isEmpty()) {
            throw new Fault("macro %s has no argument %s"
                    .formatted(definition.name(), named.keySet().iterator().next()));
        }
    }
}
