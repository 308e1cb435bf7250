package dev.hone.text.jinja;

/** What a missing name or key evaluates to: it prints as nothing, is false and empty, and any other use of it is an error. */
record Undefined(String reason) {
    Fault fault() {
        return new Fault(reason);
    }
}
