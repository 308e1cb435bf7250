package dev.hone.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names visible at a point of a template: those set here, then those of the scopes around. Assignments never change an outer scope. */
final class VariableScope {
    private final Map<String, Object> values = new HashMap<>();
    private final @Nullable VariableScope outer;

    VariableScope(@Nullable VariableScope outer) {
        this.outer = outer;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }

    @Nullable
    Object find(String name) {
        for (VariableScope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
