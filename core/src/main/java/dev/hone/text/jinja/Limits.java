package dev.hone.text.jinja;

/**
 * Limits on the work of a template.
 *
 * <p>Work is counted, not timed, so that a template that renders on one machine renders on every machine: each node evaluated is a step, and
 * long texts and lists cost steps in proportion to their size.
 *
 * @param steps steps of one rendering
 * @param depth nesting of calls, blocks, expressions and values
 * @param text characters of the rendered text, and of any intermediate string
 */
public record Limits(long steps, int depth, int text) {
    public Limits {
        if (steps <= 0 || depth <= 0 || text <= 0) {
            throw new IllegalArgumentException(
                    "limits (steps %d, depth %d, text %d) must be positive".formatted(steps, depth, text));
        }
    }

    /** Far above what chat templates need: 20 million steps, depth 300, 4 million characters. */
    public static Limits standard() {
        return new Limits(20_000_000, 300, 4_000_000);
    }
}
