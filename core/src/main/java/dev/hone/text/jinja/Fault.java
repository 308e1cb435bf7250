package dev.hone.text.jinja;

/** A problem whose line is not known yet; the node being evaluated turns it into a {@link TemplateException}. */
final class Fault extends RuntimeException {
    Fault(String problem) {
        super(problem, null, false, false);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
