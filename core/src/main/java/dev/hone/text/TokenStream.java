package dev.hone.text;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one sequence as it is generated: each token yields the text that became certain with it.
 *
 * <p>The pieces, put together, are the text of the whole sequence; no piece ends inside a character. Text that a later
 * token could still change (the first bytes of a character, a run of byte tokens, a space that might be dropped) waits
 * for that token or for {@link #finish()}. The cost of a token does not depend on how many came before.
 *
 * <p>Belongs to one sequence and one thread.
 */
public final class TokenStream {
    private final IntFunction<@Nullable String> tokens;
    private final StringBuilder ready = new StringBuilder();
    private final DecoderStage stages;
    private boolean finished;

    TokenStream(IntFunction<@Nullable String> tokens, DecoderSection decoder) {
        this.tokens = tokens;
        this.stages = decoder.start(ready);
    }

    /** Adds a token; returns the text that is now certain, often empty. An id that names no token is silent. */
    public String push(int id) {
        if (finished) {
            throw new IllegalStateException("this stream is finished; start another one for another sequence");
        }
        String token = tokens.apply(id);
        if (token != null) {
            stages.accept(token);
        }
        return take();
    }

    /** Ends the sequence and returns what was held back. */
    public String finish() {
        if (!finished) {
            finished = true;
            stages.finish();
        }
        return take();
    }

    private String take() {
        String text = ready.toString();
        ready.setLength(0);
        return text;
    }
}
