package dev.hone.report;

import dev.hone.data.Example;
import dev.hone.text.TokenStream;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of what a model sees: all of it is learned, or none.
 *
 * @param text its tokens as text, special tokens spelled out
 */
public record MarkedText(String text, boolean learned) {
    /** The stretches of a row, in order. A character whose tokens lie on both sides of a cut stands where it is complete. */
    public static List<MarkedText> of(Example example, Tokenizer tokenizer) {
        List<MarkedText> stretches = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        TokenStream stream = tokenizer.stream();
        boolean inside = false;
        for (int i = 0; i < example.length(); i++) {
            boolean learned = i > 0 && example.weights()[i] != 0;
            if (learned != inside && !text.isEmpty()) {
                stretches.add(new MarkedText(text.toString(), inside));
                text.setLength(0);
            }
            inside = learned;
            text.append(stream.push(example.tokens()[i]));
        }
        text.append(stream.finish());
        if (!text.isEmpty()) {
            stretches.add(new MarkedText(text.toString(), inside));
        }
        return stretches;
    }

    /** The whole text, with marks around what is learned. */
    public static String join(List<MarkedText> stretches, String open, String close) {
        StringBuilder text = new StringBuilder();
        for (MarkedText stretch : stretches) {
            text.append(stretch.learned() ? open + stretch.text() + close : stretch.text());
        }
        return text.toString();
    }
}
