package dev.hone.text.jinja;

import java.util.List;

/** What a value can be assigned to. */
sealed interface Target {
    void assign(Run run, Object value);

    record Name(String name) implements Target {
        @Override
        public void assign(Run run, Object value) {
            run.scope().set(name, value);
        }
    }

    /** An attribute of a namespace. */
    record Attribute(String namespace, String name) implements Target {
        @Override
        public void assign(Run run, Object value) {
            Object owner = run.scope().find(namespace);
            if (!(owner instanceof Namespace object)) {
                throw new Fault("only attributes of a namespace can be set, and %s is %s"
                        .formatted(namespace, owner == null ? "undefined" : "a " + Values.type(owner)));
            }
            object.attributes().put(name, value);
        }
    }

    record Several(List<Target> targets) implements Target {
        @Override
        public void assign(Run run, Object value) {
            List<Object> values = Values.items(value, run.budget());
            if (values.size() != targets.size()) {
                throw new Fault("%d values cannot be unpacked into %d names".formatted(values.size(), targets.size()));
            }
            for (int i = 0; i < values.size(); i++) {
                targets.get(i).assign(run, values.get(i));
            }
        }
    }
}
