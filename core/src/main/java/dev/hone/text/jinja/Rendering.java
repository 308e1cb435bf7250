package dev.hone.text.jinja;

import java.util.List;

/**
 * What a template rendered to.
 *
 * @param text the rendered text
 * @param generated the spans written by {@code generation} blocks, in order, as UTF-16 indices into the text; some may be empty
 * @param located whether all generation blocks are among them; a block inside a macro, a captured set, a filter or a call has no known position in
 *     the text
 */
public record Rendering(String text, List<Range> generated, boolean located) {
    public Rendering {
        generated = List.copyOf(generated);
    }

    /** The characters from start up to, not including, end. */
    public record Range(int start, int end) {}
}
