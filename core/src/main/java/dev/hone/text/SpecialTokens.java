package dev.hone.text;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tokens a checkpoint names for the start and end of a text; each is {@code null} where it names none.
 *
 * <p>Names come from {@code tokenizer_config.json}, ids from {@code tokenizer.json}.
 *
 * @param bos begins a text
 * @param eos ends a text, or a turn in a chat model
 * @param pad pads a row to its length and is never trained
 * @param unk replaces what the vocabulary cannot spell
 */
public record SpecialTokens(
        @Nullable Named bos,
        @Nullable Named eos,
        @Nullable Named pad,
        @Nullable Named unk) {
    /** A token's spelling and its id. */
    public record Named(String text, int id) {}

    /** A tokenizer that names none. */
    public static SpecialTokens none() {
        return new SpecialTokens(null, null, null, null);
    }

    public OptionalInt bosId() {
        return idOf(bos);
    }

    public OptionalInt eosId() {
        return idOf(eos);
    }

    public OptionalInt padId() {
        return idOf(pad);
    }

    private static OptionalInt idOf(@Nullable Named token) {
        return token == null ? OptionalInt.empty() : OptionalInt.of(token.id());
    }
}
