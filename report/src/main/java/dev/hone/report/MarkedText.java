package dev.hone.report;

import dev.hone.data.Example;
import dev.hone.text.TokenStream;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A span of what a model sees: all of its tokens are trained, or none.
 *
 * @param text its tokens as text, special tokens spelled out
 */
public record MarkedText(String text, boolean trained) {
    /** The spans of a row, in order. A character whose tokens are in two spans belongs to the one that completes it. */
    public static List<MarkedText> of(Example example, Tokenizer tokenizer) {
        List<MarkedText> spans = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        TokenStream stream = tokenizer.stream();
        boolean inside = false;
        for (int i = 0; i < example.length(); i++) {
            boolean trained = i > 0 && example.weights()[i] != 0;
            if (trained != inside && !text.isEmpty()) {
                spans.add(new MarkedText(text.toString(), inside));
                text.setLength(0);
            }
            inside = trained;
            text.append(stream.push(example.tokens()[i]));
        }
        text.append(stream.finish());
        if (!text.isEmpty()) {
            spans.add(new MarkedText(text.toString(), inside));
        }
        return spans;
    }

    /** The whole text, with marks around the trained spans. */
    public static String join(List<MarkedText> spans, String open, String close) {
        StringBuilder text = new StringBuilder();
        for (MarkedText stretch : spans) {
            text.append(stretch.trained() ? open + stretch.text() + close : stretch.text());
        }
        return text.toString();
    }
}
