package dev.hone.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A conversation as the text a model reads, and the spans of it that are trained.
 *
 * @param text the whole text; it contains its own beginning-of-text token, so it is tokenised without special tokens
 * @param generated replies with the token that ends them, in order and apart from each other, as UTF-16 indices into the text
 */
public record RenderedChat(String text, List<Span> generated) {
    public RenderedChat {
        generated = List.copyOf(generated);
    }

    /**
     * The characters from start up to, not including, end.
     *
     * @param weight the loss weight of each of their tokens
     */
    public record Span(int start, int end, double weight) {
        public Span {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("a span cannot go from %d to %d".formatted(start, end));
            }
        }

        /** A span of weight 1. */
        public Span(int start, int end) {
            this(start, end, 1);
        }
    }

    /** The texts of the generated spans. */
    public List<String> replies() {
        return generated.stream()
                .map(span -> text.substring(span.start(), span.end()))
                .toList();
    }

    /** The generated spans counted in code points, as tokenizers report their offsets. */
    public List<Span> generatedCodePoints() {
        List<Span> spans = new ArrayList<>();
        int chars = 0;
        int points = 0;
        for (Span span : generated) {
            int start = points + text.codePointCount(chars, span.start());
            int end = start + text.codePointCount(span.start(), span.end());
            spans.add(new Span(start, end, span.weight()));
            chars = span.end();
            points = end;
        }
        return spans;
    }
}
