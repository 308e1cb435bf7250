package dev.hone.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a configuration before it has a type. Immutable. A value under a key has the origin of its key. */
sealed interface Node {
    Origin origin();

    /** Whether nothing is written: {@code key:}, {@code ~} or {@code null}. */
    default boolean empty() {
        return false;
    }

    /** What it is, for a message. */
    String noun();

    /** Text as written; {@code quoted} says that it is no number or other literal. */
    record Scalar(String text, boolean quoted, Origin origin) implements Node {
        @Override
        public boolean empty() {
            return !quoted
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public String noun() {
            return empty() ? "empty" : "a single value (" + Key.shown(text) + ")";
        }
    }

    /** A list. */
    record Sequence(List<Node> items, Origin origin) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String noun() {
            return "a list";
        }

        Sequence with(int index, Node item) {
            List<Node> changed = new ArrayList<>(items);
            changed.set(index, item);
            return new Sequence(changed, origin);
        }
    }

    /** Keys with their values, in the order written. */
    record Mapping(Map<String, Node> entries, Origin origin) implements Node {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Mapping empty(Origin origin) {
            return new Mapping(Map.of(), origin);
        }

        @Override
        public String noun() {
            return "a group of settings";
        }

        /** The origin of {@code key}; that of the whole where it is missing. */
        Origin origin(String key) {
            Node value = entries.get(key);
            return value == null ? origin : value.origin();
        }

        Mapping with(String key, Node value) {
            Map<String, Node> changed = new LinkedHashMap<>(entries);
            changed.put(key, value);
            return new Mapping(changed, origin);
        }
    }
}
