package dev.hone.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one object a template may change: a set of attributes that outlives the scopes of loops. */
record Namespace(Map<String, Object> attributes) {
    Namespace() {
        this(new LinkedHashMap<>());
    }
}
