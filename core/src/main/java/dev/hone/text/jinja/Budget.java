package dev.hone.text.jinja;

/** What one rendering has used of its {@link Limits}. Operations whose cost a template controls are charged here before they run. */
final class Budget {
    private final Limits limits;
    private long spent;
    private int depth;

    Budget(Limits limits) {
        this.limits = limits;
    }

    void spend(long steps) {
        spent += steps;
        if (spent > limits.steps()) {
            throw new Fault("stopped after %,d steps, the limit for one rendering; the template loops too long"
                    .formatted(limits.steps()));
        }
    }

    /** Charges a search of one text in another, in the worst case the product of their lengths. */
    void search(int hay, int needle) {
        spend(hay / 16 + (long) hay * needle / 64 + 1);
    }

    void enter() {
        if (++depth > limits.depth()) {
            depth--;
            throw new Fault("nested deeper than %,d levels, the limit".formatted(limits.depth()));
        }
    }

    void leave() {
        depth--;
    }

    /** Charges a text of the given length, or refuses it. */
    void text(long length) {
        fit(length);
        spend(length / 4 + 1);
    }

    /** Refuses a text that is too long to exist. */
    void fit(long length) {
        if (length > limits.text()) {
            throw new Fault(
                    "a text of %,d characters is longer than the limit of %,d".formatted(length, limits.text()));
        }
    }

    /** Charges a list of the given length, or refuses it. */
    void list(long length) {
        if (length > 1_000_000) {
            throw new Fault("a list of %,d items is longer than the limit of 1,000,000".formatted(length));
        }
        spend(length + 1);
    }

    Buffer buffer() {
        return new Buffer(this);
    }
}
