package dev.hone.text;

import java.util.List;
import java.util.OptionalInt;

/**
 * A fixed vocabulary and the rules that turn text into its ids and back.
 *
 * <p>Encoding never truncates and never pads. Implementations may be shared between threads; only {@link #close()} must
 * come last, and any call after it throws {@link IllegalStateException}. Text is a sequence of Unicode characters: an
 * unpaired surrogate is read as U+FFFD.
 */
public interface Tokenizer extends AutoCloseable {
    /** Tokens of a text with their positions in it. */
    Encoding encode(String text, Specials specials);

    /** The ids of {@link #encode}, without computing positions. */
    int[] ids(String text, Specials specials);

    /**
     * The ids of many texts, in their order, computed on all cores: the way to read a corpus. Memory grows with the
     * longest single text, so pass documents or lines, not a whole corpus in one string.
     */
    List<int[]> ids(List<String> texts, Specials specials);

    /** Text of a token sequence, special tokens spelled out. Ids that name no token (padding rows of a model) are silent. */
    default String decode(int[] ids) {
        TokenStream stream = stream();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.push(id));
        }
        return text.append(stream.finish()).toString();
    }

    /** Text of a token sequence as if its special tokens were not there. */
    default String decodeWithoutSpecials(int[] ids) {
        TokenStream stream = stream();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            if (!isSpecial(id)) {
                text.append(stream.push(id));
            }
        }
        return text.append(stream.finish()).toString();
    }

    /** Starts decoding one sequence token by token. Leave out special tokens by not pushing them. */
    TokenStream stream();

    /** Ids run from 0 to this number, exclusive, added tokens included. A model may have more rows; never sample those. */
    int size();

    /** Id of a token by its exact spelling in the vocabulary (for byte-level vocabularies a space is {@code Ġ}). */
    OptionalInt idOf(String token);

    /** Spelling of a token in the vocabulary; {@link IllegalArgumentException} where the id names none. */
    String tokenOf(int id);

    /** Whether the id marks structure (BOS, end of turn, padding) rather than text. */
    boolean isSpecial(int id);

    /** The tokens that begin, end and fill a text. */
    SpecialTokens specialTokens();

    /** Digest that is equal exactly where two tokenizers are defined by the same bytes; saved with trained weights. */
    String fingerprint();

    @Override
    void close();
}
