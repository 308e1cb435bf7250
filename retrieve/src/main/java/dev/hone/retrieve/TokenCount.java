package dev.hone.retrieve;

/** Counts the tokens of a text: a model's tokenizer, or an estimate without one. */
@FunctionalInterface
public interface TokenCount {
    int of(String text);

    /** About as many as a tokenizer of 32,000 tokens and more needs: 4 bytes a token in English, 3 (one syllable) in Korean. */
    static TokenCount estimate() {
        return text -> (int) text.codePoints()
                .mapToDouble(letter -> Language.isHangul(letter) ? 0.8 : letter < 0x80 ? 0.25 : 0.6)
                .sum();
    }
}
