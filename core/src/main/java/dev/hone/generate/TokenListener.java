package dev.hone.generate;

/** Receives a completion token by token. Called within {@link Generator#step}, on its thread. */
@FunctionalInterface
public interface TokenListener {
    /** Ignores all tokens. */
    TokenListener NONE = (id, logProbability, text) -> {};

    /**
     * A token was added.
     *
     * @param logProbability as in {@link Completion#logProbabilities}
     * @param text the text that became certain with it, often empty: it never ends inside a character, nor holds what may turn out
     *     to be a stop string. All of these together are the completion's text
     */
    void token(int id, float logProbability, String text);
}
